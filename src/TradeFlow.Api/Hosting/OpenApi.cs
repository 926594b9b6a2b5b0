using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Api.Hosting;

/// <summary>
/// The description of the API at <c>/openapi/v1.json</c>: OpenAPI 3.1, with the errors and the security of every operation.
/// </summary>
internal static class OpenApi
{
    private const string Bearer = "bearer";
    private const string Problem = "Problem";
    private const string Written = "written";
    private const string Needed = "needed";

    public static void AddTradeFlowOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer(Describe);
        options.AddOperationTransformer(AddErrors);
        options.AddSchemaTransformer(NameWireTypes);
        options.AddSchemaTransformer(NoteWhatIsThere);
        options.AddDocumentTransformer(RequireWhatIsThere);
        options.CreateSchemaReferenceId = info => OpenApiOptions.CreateDefaultSchemaReferenceId(info) is null ? null : NameOf(info.Type);
    });

    // Many use cases have a Request and a View of their own: the schema's name says whose it is.
    private static string NameOf(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return NameOf(inner);
        if (type.IsGenericType) return type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)] + "Of" +
            string.Concat(type.GetGenericArguments().Select(NameOf));
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
            case TypeCode.Object when type == typeof(System.Text.Json.Nodes.JsonObject):
                (schema.Type, schema.AdditionalProperties) = (JsonSchemaType.Object, new OpenApiSchema());
                break;
        }
        return Task.CompletedTask;
    }

    // Which members an answer always has, and which a request may leave out, is known here and only here.
    private static Task NoteWhatIsThere(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken ct)
    {
        if (context.JsonTypeInfo.Kind != JsonTypeInfoKind.Object || schema.Properties is not { Count: > 0 } members)
            return Task.CompletedTask;
        var known = context.JsonTypeInfo.Properties.Where(member => members.ContainsKey(member.Name)).ToList();
        // A member without a setter is described as nullable, whatever its getter says.
        foreach (var member in known.Where(member => member is { Set: null, IsGetNullable: false }))
            if (members[member.Name] is OpenApiSchema described) described.Type &= ~JsonSchemaType.Null;
        schema.Metadata ??= new Dictionary<string, object>();
        schema.Metadata[Written] = known.Where(member => !IsLeftOutWhenNull(member)).Select(member => member.Name).ToHashSet();
        schema.Metadata[Needed] = known.Where(member => member.IsRequired
            || member.AssociatedParameter is { HasDefaultValue: false, IsNullable: false }).Select(member => member.Name).ToHashSet();
        return Task.CompletedTask;
    }

    private static bool IsLeftOutWhenNull(JsonPropertyInfo member) =>
        member.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true).OfType<JsonIgnoreAttribute>()
            .FirstOrDefault()?.Condition
            is JsonIgnoreCondition.WhenWritingNull or JsonIgnoreCondition.WhenWritingDefault
        || member.Options.DefaultIgnoreCondition != JsonIgnoreCondition.Never;

    // An answer has every member that it declares, null or not; a body of a request needs only what cannot be null.
    private static Task RequireWhatIsThere(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken ct)
    {
        var bodies = document.Paths.Values.SelectMany(path => path.Operations?.Values.AsEnumerable() ?? [])
            .SelectMany(operation => operation.RequestBody?.Content?.Values.AsEnumerable() ?? []);
        HashSet<string> sent = [];
        foreach (var body in bodies) Collect(body.Schema, sent, document);
        foreach (var (name, schema) in document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>())
            if (schema is OpenApiSchema { Metadata: { } notes } known
                && notes.TryGetValue(sent.Contains(name) ? Needed : Written, out var members))
                known.Required = (HashSet<string>)members;
        return Task.CompletedTask;
    }

    private static void Collect(IOpenApiSchema? schema, HashSet<string> names, OpenApiDocument document)
    {
        if (schema is OpenApiSchemaReference { Reference.Id: { } id })
        {
            if (!names.Add(id) || document.Components?.Schemas?.TryGetValue(id, out schema) is not true) return;
        }
        if (schema is null) return;
        foreach (var inner in (schema.Properties?.Values ?? []).Concat(schema.OneOf ?? []).Concat(schema.AnyOf ?? [])
            .Concat(schema.AllOf ?? []))
            Collect(inner, names, document);
        if (schema.Items is { } items) Collect(items, names, document);
        if (schema.AdditionalProperties is { } values) Collect(values, names, document);
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
            Add(operation, context, "403", metadata.OfType<FreshProofNeeded>().SingleOrDefault() switch
            {
                null => "Role or scope does not allow it",
                { Always: true } =>
                    "Role or scope does not allow it; auth.confirm_required when the last proof of who you are is some minutes old",
                _ => "Role or scope does not allow it; for some requests auth.confirm_required when the last proof of who you are is some minutes old",
            });
        }
        if (operation.Parameters?.Any(parameter => parameter.In == ParameterLocation.Path) ?? false)
            Add(operation, context, "404", "There is no such thing in your tenant");
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
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(Problem, context.Document) }
            },
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
                AdditionalProperties = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String }
                },
            },
        },
    };
}
