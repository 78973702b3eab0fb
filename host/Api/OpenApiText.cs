using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MtaSts.Host.Api;

/// <summary>What the OpenAPI document says beside the calls themselves.</summary>
internal static class OpenApiText
{
    private const string TokenScheme = "token";

    /// <summary>The call takes bytes under any media type: labels are not trusted, so none is demanded.</summary>
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

    /// <summary>The call may bring an <see cref="OverrideBody"/>.</summary>
    public static Task MayOverride(OpenApiOperation operation)
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Properties = new Dictionary<string, IOpenApiSchema>
                        {
                            ["override"] = new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "Do it in spite of advice that needs an override. False when left out." },
                        },
                        AdditionalPropertiesAllowed = false,
                    },
                },
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
                    + "Refusals are problem details (RFC 9457) with \"code\" and, where it is about one field, \"field\".",
            };
            document.Servers = []; // Wherever the document was fetched from.
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [TokenScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API token of the workspace, made on the dashboard." },
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
