using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ErzyCall.Api.Platform.Http;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.Validation;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace ErzyCall.Api.Platform.OpenApi;

/// <summary>
/// Makes the schemas of requests and responses from their types, as the serializer reads and writes them. The framework's own schemas know
/// neither our converters nor our rules, and do not tell what is left out of a request from what is missing in a response.
/// </summary>
internal sealed class SchemaBook(
    IOptions<JsonOptions> options,
    RequestLimits limits,
    Enumerations enumerations,
    IEnumerable<SchemaVariants> variants,
    XmlComments comments)
{
    /// <summary>What fields say that every resource has.</summary>
    private static readonly Dictionary<string, string> s_everywhere = new()
    {
        ["id"] = "The id, which stays the same for as long as the resource exists.",
        ["createdAt"] = "When it was created.",
        ["updatedAt"] = "When it was last changed.",
        ["data"] = "What was asked for.",
    };

    private readonly JsonSerializerOptions _json = options.Value.SerializerOptions;
    private readonly Dictionary<string, Type> _types = [];
    private readonly Dictionary<Type, SchemaVariants> _variants = variants.ToDictionary(several => several.Type);
    private readonly Dictionary<string, JsonObject> _examples = [];

    /// <summary>All schemas that have a name, by their names.</summary>
    public SortedDictionary<string, IOpenApiSchema> Named { get; } = new(StringComparer.Ordinal);

    /// <summary>The schema of what the server sends: every field is there, some of them <c>null</c>; later versions may add some.</summary>
    public IOpenApiSchema OfResponse(Type type) => Of(type, isNullable: false, isRequest: false);

    /// <summary>The schema of what the server takes: only what a validator demands is required, and nothing unknown is let in.</summary>
    public IOpenApiSchema OfRequest(Type type) => Of(type, isNullable: false, isRequest: true);

    /// <summary>The schema of one value that has limits but no type of its own.</summary>
    public IOpenApiSchema OfParameter(FieldLimits limits, JsonSchemaType type) => WithLimits(new OpenApiSchema { Type = type }, limits);

    /// <summary>Whether a request names other resources, which may not be there.</summary>
    public bool RefersToIds(Type request) =>
        _json.GetTypeInfo(request).Properties
            .Any(property => limits.Of(request, property.Name).Any(limit => (limit.Each ?? limit).IdPrefix is not null));

    /// <summary>The type that a named schema was made of.</summary>
    public Type TypeOf(string name) => _types[name];

    /// <summary>The fields that the example of a named schema must have; <c>null</c> when they can be made of their types.</summary>
    public JsonObject? ExampleOf(string name) =>
        _examples.TryGetValue(name, out var ofVariant) ? ofVariant
        : TypeOf(name).GetCustomAttribute<ExampleAttribute>() is { } given ? given.Fields
        : null;

    private IOpenApiSchema Of(Type type, bool isNullable, bool isRequest)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Of(underlying, isNullable: true, isRequest);
        }

        if (IsOptional(type))
        {
            return Of(type.GenericTypeArguments[0], isNullable: true, isRequest);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(BatchItem<>))
        {
            return Of(type.GenericTypeArguments[0], isNullable, isRequest);
        }

        if (type.IsEnum)
        {
            return ReferenceTo(type, isNullable);
        }

        if ((IsGiven(type) ? Scalar(typeof(string)) : Scalar(type)) is { } scalar)
        {
            scalar.Type |= isNullable ? JsonSchemaType.Null : 0;
            return scalar;
        }

        var info = _json.GetTypeInfo(type);
        switch (info.Kind)
        {
            case JsonTypeInfoKind.Enumerable:
                return new OpenApiSchema
                {
                    Type = OrNull(JsonSchemaType.Array, isNullable),
                    Items = Of(info.ElementType!, isNullable: false, isRequest),
                };

            case JsonTypeInfoKind.Dictionary:
                return new OpenApiSchema
                {
                    Type = OrNull(JsonSchemaType.Object, isNullable),
                    AdditionalProperties = Of(info.ElementType!, isNullable: false, isRequest),
                };

            case JsonTypeInfoKind.Object:
                return Reference(NameOf(info, isRequest), isNullable);

            default:
                throw new InvalidOperationException($"{type} cannot be described: its JSON converter does not say what it writes.");
        }
    }

    private static OpenApiSchema OrNull(IOpenApiSchema schema)
    {
        if (schema is not OpenApiSchema own)
        {
            // Not `anyOf`, of which some generators make a class of its own.
            return new OpenApiSchema { OneOf = [schema, new OpenApiSchema { Type = JsonSchemaType.Null }] };
        }

        var copy = (OpenApiSchema)own.CreateShallowCopy();
        copy.Type |= JsonSchemaType.Null;
        return copy;
    }

    private static JsonSchemaType OrNull(JsonSchemaType type, bool isNullable) => isNullable ? type | JsonSchemaType.Null : type;

    private static OpenApiSchema? Scalar(Type type)
    {
        if (IdTypes.PrefixOf(type) is { } prefix)
        {
            return new OpenApiSchema { Type = JsonSchemaType.String, Pattern = JavaScript(TypeId.Syntax(prefix)) };
        }

        // An open object: a provider's own settings, or the data of an event.
        if (type == typeof(JsonElement) || type == typeof(JsonObject))
        {
            return new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = new OpenApiSchema() };
        }

        return type == typeof(DateTimeOffset) ? new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" }
            : type == typeof(DateOnly) ? new OpenApiSchema { Type = JsonSchemaType.String, Format = "date" }
            : Type.GetTypeCode(type) switch
            {
                TypeCode.String => new OpenApiSchema { Type = JsonSchemaType.String },
                TypeCode.Boolean => new OpenApiSchema { Type = JsonSchemaType.Boolean },
                TypeCode.Int16 or TypeCode.Int32 => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" },
                TypeCode.Int64 => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" },
                TypeCode.Double or TypeCode.Decimal => new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" },
                _ => null,
            };
    }

    private string NameOf(JsonTypeInfo info, bool isRequest)
    {
        var name = SchemaNames.Of(info.Type, isRequest);
        if (_types.TryGetValue(name, out var known))
        {
            return known == info.Type
                ? name
                : throw new InvalidOperationException($"{known} and {info.Type} would both be the schema '{name}'. Rename one.");
        }

        var schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = comments.Of(info.Type),
            Properties = new Dictionary<string, IOpenApiSchema>(),
            Required = new HashSet<string>(),
            AdditionalPropertiesAllowed = !isRequest,
        };
        Add(name, info.Type, schema);
        foreach (var property in info.Properties.Where(property => isRequest ? property.Set is not null : property.Get is not null))
        {
            var field = isRequest ? RequestField(info.Type, property, schema.Required) : ResponseField(property, schema.Required);
            schema.Properties.Add(property.Name, field);
        }

        if (isRequest)
        {
            LimitWhole(info, schema);
        }
        else if (_variants.TryGetValue(info.Type, out var several))
        {
            Vary(schema, several);
        }

        return name;
    }

    private void Add(string name, Type type, OpenApiSchema schema)
    {
        _types.Add(name, type);
        Named.Add(name, schema);
    }

    /// <summary>
    /// Lets a schema be the choice among its variants. What they have in common stays in it, for generators that know no choices. It is
    /// <c>anyOf</c>, although only one of them fits: of <c>oneOf</c> some generators take the first for all.
    /// </summary>
    private void Vary(OpenApiSchema common, SchemaVariants several)
    {
        foreach (var variant in several.All)
        {
            var schema = (OpenApiSchema)common.CreateShallowCopy();
            var data = OfResponse(variant.Type);
            data.Description = comments.Of(variant.Type);
            var told = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Enum = NodesOf([variant.Value]),
                Description = common.Properties![several.Field].Description,
            };
            schema.Description = variant.Description;
            schema.Properties = common.Properties.ToDictionary(
                field => field.Key, field => field.Key == several.Field ? told : field.Key == variant.Field ? data : field.Value);
            Add(variant.Name, several.Type, schema);
            _examples[variant.Name] = variant.Example;
        }

        common.AnyOf = [.. several.All.Select(IOpenApiSchema (variant) => new OpenApiSchemaReference(variant.Name))];
        common.Discriminator = new OpenApiDiscriminator
        {
            PropertyName = several.Field,
            Mapping = several.All.ToDictionary(variant => variant.Value, variant => new OpenApiSchemaReference(variant.Name)),
        };
    }

    private void LimitWhole(JsonTypeInfo info, OpenApiSchema schema)
    {
        // The body of a PATCH, which changes something.
        if (info.Properties.All(property => IsOptional(property.PropertyType)))
        {
            schema.MinProperties = 1;
        }

        // Each choice within `allOf`, since there may be several. And not `oneOf`: tools would have to prove that no two forms fit at once.
        var choices = limits.Of(info.Type).Select(limit => limit.Forms).OfType<IReadOnlyList<RequestForm>>()
            .Select(IOpenApiSchema (forms) => new OpenApiSchema { AnyOf = [.. forms.Select(form => FormOf(form, schema))] })
            .ToList();
        schema.AllOf = choices.Count > 0 ? choices : null;
    }

    private static OpenApiSchema FormOf(RequestForm form, OpenApiSchema request)
    {
        var fields = form.LeftOut.Select(field => (field, new OpenApiSchema { Type = JsonSchemaType.Null }))
            .Concat(form.Given.Select(field => (field, new OpenApiSchema
            {
                Type = request.Properties![field] is OpenApiSchema { Type: { } type } ? type & ~JsonSchemaType.Null : JsonSchemaType.Object,
            })));
        if (form.Is is { } value)
        {
            fields = fields.Prepend((value.Field, new OpenApiSchema { Const = value.Value }));
        }

        return new OpenApiSchema
        {
            Required = new HashSet<string>(form.Given),
            Properties = fields.ToDictionary(field => field.Item1, IOpenApiSchema (field) => field.Item2),
        };
    }

    private static bool IsOptional(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>);

    /// <summary>Whether the type is text on the wire, which the constraint of its field describes further.</summary>
    private static bool IsGiven(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Given<>);

    private IOpenApiSchema ResponseField(JsonPropertyInfo property, ISet<string> required)
    {
        // Left out instead of null: the one exception to the rule that every field is there.
        var isLeftOut = property.AttributeProvider!.IsDefined(typeof(JsonIgnoreAttribute), inherit: false);
        if (!isLeftOut)
        {
            required.Add(property.Name);
        }

        var isNullable = property.IsGetNullable && !isLeftOut && !IsEnvelope(property.DeclaringType);
        var schema = Of(property.PropertyType, isNullable, isRequest: false);
        foreach (var attribute in property.AttributeProvider
            .GetCustomAttributes(typeof(OneOfAttribute), inherit: false)
            .Cast<OneOfAttribute>())
        {
            if (schema.Items is null)
            {
                schema = ReferenceTo(attribute.Catalogue, IsNullable(schema));
            }
            else
            {
                ((OpenApiSchema)schema).Items = ReferenceTo(attribute.Catalogue, isNullable: false);
            }
        }

        return Described(schema, property);
    }

    /// <summary>
    /// Whether what the type carries is what was asked for, which is always there: of a type argument it cannot be told whether it may be
    /// null.
    /// </summary>
    private static bool IsEnvelope(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Data<>);

    private IOpenApiSchema RequestField(Type request, JsonPropertyInfo property, ISet<string> required)
    {
        FieldLimits[] known = [.. limits.Of(request, property.Name)];
        var isOptional = IsOptional(property.PropertyType);
        var refusesNull = Array.Exists(known, limit => limit.RefusesNull);
        if (refusesNull && !isOptional)
        {
            required.Add(property.Name);
        }

        var type = isOptional ? property.PropertyType.GenericTypeArguments[0] : property.PropertyType;
        var schema = Of(Nullable.GetUnderlyingType(type) ?? type, !refusesNull, isRequest: true);
        schema = property.AttributeProvider!.IsDefined(typeof(PartialAttribute), inherit: false) ? Partial(schema) : schema;
        schema = known.Aggregate(schema, WithLimits);
        return Described(schema, property);
    }

    /// <summary>The same schema with no field required, where <c>null</c> counts as left out.</summary>
    private IOpenApiSchema Partial(IOpenApiSchema schema)
    {
        switch (schema)
        {
            case OpenApiSchema { Items: { } items } list:
                list.Items = Partial(items);
                return list;

            case OpenApiSchema { OneOf: [var first, ..] } nullable:
                nullable.OneOf[0] = Partial(first);
                return nullable;

            case OpenApiSchemaReference { Reference.Id: { } name }:
                var partial = $"Partial{name}";
                if (_types.TryAdd(partial, _types[name]))
                {
                    var whole = (OpenApiSchema)Named[name];
                    var fields = whole.Properties!.ToDictionary(
                        field => field.Key, field => whole.Required!.Contains(field.Key) ? OrNull(field.Value) : field.Value);
                    Named.Add(partial, new OpenApiSchema
                    {
                        Type = whole.Type,
                        Description = whole.Description,
                        Properties = fields,
                        AdditionalPropertiesAllowed = whole.AdditionalPropertiesAllowed,
                    });
                }

                return new OpenApiSchemaReference(partial);

            default:
                return schema;
        }
    }

    private IOpenApiSchema Described(IOpenApiSchema schema, JsonPropertyInfo property)
    {
        schema.Description = comments.Of((PropertyInfo)property.AttributeProvider!) ?? s_everywhere.GetValueOrDefault(property.Name);
        return schema;
    }

    /// <summary>The schema with what the limits add; another one when they leave a set of values that has a name.</summary>
    public IOpenApiSchema WithLimits(IOpenApiSchema schema, FieldLimits limits)
    {
        if (schema is not OpenApiSchema own)
        {
            return schema;
        }

        if (limits.Values is not null && enumerations.Of(limits.Values) is { } enumeration)
        {
            return ReferenceTo(enumeration, IsNullable(own));
        }

        own.MinLength = limits.MinLength ?? own.MinLength;
        own.MaxLength = limits.MaxLength ?? own.MaxLength;
        own.Minimum = limits.Minimum?.ToString(null, null) ?? own.Minimum;
        own.Maximum = limits.Maximum?.ToString(null, null) ?? own.Maximum;
        own.Pattern = limits.Pattern is null ? own.Pattern : JavaScript(limits.Pattern);
        own.Format = limits.Format ?? own.Format;
        own.Default = limits.Default is null ? own.Default : JsonValue.Create(limits.Default);
        if (limits.Values is not null)
        {
            own.Enum = NodesOf(limits.Values);
            if (IsNullable(own))
            {
                own.Enum.Add(JsonNullSentinel.JsonNull);
            }
        }

        if (own.Type?.HasFlag(JsonSchemaType.Array) is true)
        {
            own.MinItems = limits.MinCount ?? own.MinItems;
            own.MaxItems = limits.MaxCount ?? own.MaxItems;
            own.UniqueItems = limits.Unique ? true : own.UniqueItems;
            own.Items = WithLimits(own.Items!, limits.Each ?? new FieldLimits());
        }
        else if (own.AdditionalProperties is not null)
        {
            own.Properties = limits.Fields?.ToDictionary(field => field.Key, field => OfMember(field.Value)) ?? own.Properties;
            own.MinProperties = limits.MinCount ?? own.MinProperties;
            own.MaxProperties = limits.MaxCount ?? own.MaxProperties;
            own.PropertyNames = limits.Keys is null
                ? own.PropertyNames
                : WithLimits(new OpenApiSchema { Type = JsonSchemaType.String }, limits.Keys);
            own.AdditionalProperties = WithLimits(own.AdditionalProperties, limits.Each ?? new FieldLimits());
        }

        return schema;
    }

    private static bool IsNullable(IOpenApiSchema schema) => schema.Type?.HasFlag(JsonSchemaType.Null) is true;

    /// <summary>A reference to the schema of a set of values.</summary>
    private IOpenApiSchema ReferenceTo(Type enumeration, bool isNullable)
    {
        var name = SchemaNames.Of(enumeration, isRequest: false);
        if (!Named.ContainsKey(name))
        {
            Add(name, enumeration, new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Enum = NodesOf(enumerations.ValuesOf(enumeration)),
                Description = enumerations.DescriptionOf(enumeration),
            });
        }

        return Reference(name, isNullable);
    }

    private static IOpenApiSchema Reference(string name, bool isNullable) =>
        isNullable ? OrNull(new OpenApiSchemaReference(name)) : new OpenApiSchemaReference(name);

    private IOpenApiSchema OfMember(FieldLimits limits) =>
        OfParameter(limits, limits.Minimum is null ? JsonSchemaType.String : JsonSchemaType.Number);

    private static List<JsonNode> NodesOf(IEnumerable<string> values) => [.. values.Select(value => (JsonNode)JsonValue.Create(value))];

    private static string JavaScript(string pattern) => pattern.Replace(@"\z", "$", StringComparison.Ordinal);
}
