using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace TradeFlow.Api.Hosting;

/// <summary>The description of the API at <c>/openapi/v1.json</c>: OpenAPI 3.1, with the errors and the security of every operation.</summary>
internal static class OpenApi
{
    private const string Bearer = "bearer";
    private const string Problem = "Problem";

    public static void AddTradeFlowOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer(Describe);
        options.AddOperationTransformer(AddErrors);
        options.AddSchemaTransformer(NameWireTypes);
        options.CreateSchemaReferenceId = info => OpenApiOptions.CreateDefaultSchemaReferenceId(info) is null ? null : NameOf(info.Type);
    });

    // Many use cases have a Request and a View of their own: the schema's name says whose it is.
    private static string NameOf(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return NameOf(inner);
        if (type.IsGenericType) return type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)] + "Of" + string.Concat(type.GetGenericArguments().Select(NameOf));
        if (type.DeclaringType is not { } owner) return type.Name;
        var name = owner.Name.EndsWith("Endpoints", StringComparison.Ordinal) ? owner.Name[..^"Endpoints".Length] : owner.Name;
        return name + type.Name;
    }

    // Types with a converter of ours have no schema of their own.
    private static Task NameWireTypes(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken ct)
    {
        var type = context.JsonTypeInfo.Type;
        var nullable = Nullable.GetUnderlyingType(type) is not null ? JsonSchemaType.Null : default;
        switch (Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type))
        {
            case TypeCode.Decimal:
                (schema.Type, schema.Format) = (JsonSchemaType.Number | nullable, null);
                break;
            case TypeCode.Object when (Nullable.GetUnderlyingType(type) ?? type) == typeof(DateTimeOffset):
                (schema.Type, schema.Format) = (JsonSchemaType.String | nullable, "date-time");
                break;
            case TypeCode.Object when type == typeof(System.Text.Json.JsonElement) || type == typeof(System.Text.Json.Nodes.JsonObject):
                (schema.Type, schema.AdditionalPropertiesAllowed) = (JsonSchemaType.Object, true);
                break;
        }
        return Task.CompletedTask;
    }

    private static Task Describe(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken ct)
    {
        document.Info = new OpenApiInfo
        {
            Title = "TradeFlow",
            Version = "v1",
            Description = "TradingView alerts to brokers. People send an access token, programs a personal access token, webhooks the API key of an account. " +
                "Every /api, /register and /webhook route also answers under /api/unify/v1. Errors are application/problem+json with a stable code.",
        };
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An access token of POST /auth/login, or a personal access token.",
        };
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        document.Components.Schemas[Problem] = ProblemSchema();
        return Task.CompletedTask;
    }

    private static Task AddErrors(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Responses ??= [];
        var guarded = metadata.OfType<IAuthorizeData>().Any() && !metadata.OfType<IAllowAnonymous>().Any();
        if (guarded)
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
            Add(operation, context, "401", "No valid token");
            Add(operation, context, "403", "Role or scope does not allow it");
        }
        if (operation.Parameters?.Any(parameter => parameter.In == ParameterLocation.Path) ?? false) Add(operation, context, "404", "There is no such thing in your tenant");
        if (operation.RequestBody is not null)
        {
            Add(operation, context, "400", "The body is not JSON");
            Add(operation, context, "422", "Some fields need a change; errors names them");
        }
        Add(operation, context, "429", "Too many requests; Retry-After says how long to wait");
        Add(operation, context, "default", "Any other error");
        return Task.CompletedTask;
    }

    private static void Add(OpenApiOperation operation, OpenApiOperationTransformerContext context, string status, string words)
    {
        if (operation.Responses!.ContainsKey(status)) return; // set by the caller
        operation.Responses[status] = new OpenApiResponse
        {
            Description = words,
            Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(Problem, context.Document) } },
        };
    }

    private static OpenApiSchema ProblemSchema() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "RFC 9457 problem details.",
        Required = new HashSet<string> { "type", "title", "status", "detail", "code" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["title"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "A sentence for people." },
            ["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Stable, for programs." },
            ["request_id"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "The same as X-Request-Id." },
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "What is wrong, by field.",
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
            },
        },
    };
}
