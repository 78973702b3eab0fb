using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MtaSts.Host.Api;

/// <summary>Texts of the OpenAPI document that belong to no single call.</summary>
internal static class OpenApiText
{
    private const string TokenScheme = "token";

    /// <summary>The call accepts bytes of any media type: media types are not trusted, so none is required.</summary>
    public static Task TakesBytes(OpenApiOperation operation)
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["*/*"] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
            },
        };
        return Task.CompletedTask;
    }

    public static void Describe(OpenApiOptions options)
    {
        options.ShouldInclude = description => description.RelativePath?.StartsWith("api/v1/", StringComparison.Ordinal) ?? false;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "MtaSts",
                Version = "v1",
                Description = "Hosted MTA-STS (RFC 8461) and TLS reports (RFC 8460). Times are UTC; lists are pages: pass \"next\" as ?next= for the following one. "
                    + "Refusals are problem details (RFC 9457) with \"code\" and, if it is about one field, \"field\".",
            };
            document.Servers = []; // The server is the one that the document was fetched from.
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [TokenScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API token of the workspace, created on the dashboard." },
            };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(TokenScheme, document)] = [] }];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, _, _) =>
        {
            operation.Responses ??= [];
            operation.Responses["default"] = new OpenApiResponse { Description = "Refused: problem details (RFC 9457) with code and field." };
            return Task.CompletedTask;
        });
    }
}
