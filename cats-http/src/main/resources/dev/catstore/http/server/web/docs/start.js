// Relative, so that the page also works behind a proxy that puts a prefix before its path.
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  // The default asks a validator on another host about the document.
  validatorUrl: null,
});
