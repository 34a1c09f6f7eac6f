using ErzyCall.Api;
using Mono.Cecil;

namespace ErzyCall.UnitTests.Conventions;

/// <summary>
/// That a type of the server uses another one: as a base, in a member, in an attribute, as a generic argument or in a line of code. It is read
/// from the compiled server, where a nested type, a lambda and an async method are parts of the type around them. A constant is not seen
/// there: the compiler copies its value.
/// </summary>
/// <param name="IsKindOfId">
/// Whether the one names the other only to say of what an id is: an <c>Id&lt;Contact&gt;</c> refers to a contact without knowing what one is.
/// </param>
internal sealed record TypeUse(TypeDefinition User, TypeDefinition Used, bool IsKindOfId)
{
    private const string IdType = "ErzyCall.Api.Platform.Ids.Id`1";

    public static IReadOnlyList<TypeUse> All { get; } = Read(typeof(ErzyCallApp).Assembly.Location);

    public string UserRoom => RoomOf(User);

    public string UsedRoom => RoomOf(Used);

    public override string ToString() => $"{NameOf(User)} → {NameOf(Used)}";

    private static string NameOf(TypeDefinition type) => type.Name.Split('`')[0];

    /// <summary>Where a type lives: <c>Features.Calls</c>, <c>Platform.Errors</c>, <c>Commands</c>. A folder in a room is a part of it.</summary>
    private static string RoomOf(TypeDefinition type) => type.Namespace.Split('.') switch
    {
        ["ErzyCall", "Api", ("Features" or "Platform") and var half, var room, ..] => $"{half}.{room}",
        ["ErzyCall", "Api", var folder, ..] => folder,
        _ => "ErzyCallApp",
    };

    private static List<TypeUse> Read(string path)
    {
        using var server = ModuleDefinition.ReadModule(path);
        return
        [
            .. server.GetTypes()
                .SelectMany(type => ReferencesOf(type)
                    .SelectMany(reference => PartsOf(reference))
                    .Select(part => new TypeUse(Outermost(type), Outermost(part.Type), part.IsKindOfId)))
                .Where(use => use.User != use.Used && IsOurs(use.User) && IsOurs(use.Used))
                .Distinct(),
        ];
    }

    /// <summary>Not what generators and the compiler write on their own account, such as the binding of routes.</summary>
    private static bool IsOurs(TypeDefinition type) => type.Namespace.StartsWith("ErzyCall.", StringComparison.Ordinal);

    private static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is { } around ? Outermost(around) : type;

    /// <summary>The types of the server that a reference names.</summary>
    private static IEnumerable<(TypeDefinition Type, bool IsKindOfId)> PartsOf(TypeReference? reference, bool isKindOfId = false) =>
        reference switch
        {
            TypeDefinition type => [(type, isKindOfId)],
            GenericInstanceType { ElementType: var generic, GenericArguments: var arguments } =>
                [.. PartsOf(generic), .. arguments.SelectMany(argument => PartsOf(argument, generic.FullName == IdType))],
            TypeSpecification { ElementType: var element } => PartsOf(element),
            _ => [],
        };

    private static IEnumerable<TypeReference?> ReferencesOf(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(face => face.InterfaceType),
        .. AttributesOf(type),
        .. ConstraintsOf(type),
        .. type.Fields.SelectMany(field => AttributesOf(field).Append(field.FieldType)),
        .. type.Properties.SelectMany(AttributesOf),
        .. type.Methods.SelectMany(ReferencesOf),
    ];

    private static IEnumerable<TypeReference?> ReferencesOf(MethodDefinition method) =>
    [
        .. AttributesOf(method),
        .. ConstraintsOf(method),
        .. Signature(method),
        .. method.Parameters.SelectMany(AttributesOf),
        .. method.HasBody ? method.Body.Variables.Select(variable => variable.VariableType) : [],
        .. method.HasBody ? method.Body.ExceptionHandlers.Select(handler => handler.CatchType) : [],
        .. method.HasBody ? method.Body.Instructions.SelectMany(instruction => NamedBy(instruction.Operand)) : [],
    ];

    private static IEnumerable<TypeReference?> NamedBy(object? operand) => operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        GenericInstanceMethod method => [method.DeclaringType, .. method.GenericArguments, .. Signature(method)],
        MethodReference method => [method.DeclaringType, .. Signature(method)],
        _ => [],
    };

    private static IEnumerable<TypeReference> Signature(MethodReference method) =>
        method.Parameters.Select(parameter => parameter.ParameterType).Append(method.ReturnType);

    private static IEnumerable<TypeReference> ConstraintsOf(IGenericParameterProvider generic) =>
        generic.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType);

    private static IEnumerable<TypeReference> AttributesOf(ICustomAttributeProvider attributed) =>
        attributed.CustomAttributes.SelectMany(attribute =>
            attribute.ConstructorArguments.Select(argument => argument.Value).OfType<TypeReference>().Append(attribute.AttributeType));
}
