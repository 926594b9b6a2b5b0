using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace TradeFlow.BrokerSdk.Testing;

/// <summary>Reads what an assembly refers to without loading it.</summary>
internal sealed class AssemblyFile : IDisposable
{
    private readonly PEReader pe;
    private readonly MetadataReader metadata;

    private AssemblyFile(PEReader pe, MetadataReader metadata) => (this.pe, this.metadata) = (pe, metadata);

    /// <returns>The assembly, or <c>null</c> when the file is no managed one.</returns>
    public static AssemblyFile? Open(string path)
    {
        var pe = new PEReader(File.OpenRead(path));
        try
        {
            if (pe.HasMetadata) return new AssemblyFile(pe, pe.GetMetadataReader());
        }
        catch (BadImageFormatException)
        {
            // A native library.
        }
        pe.Dispose();
        return null;
    }

    /// <summary>Name and version of every referenced assembly.</summary>
    public IEnumerable<(string Name, Version Version)> References =>
        metadata.AssemblyReferences.Select(handle => metadata.GetAssemblyReference(handle))
            .Select(reference => (metadata.GetString(reference.Name), reference.Version));

    /// <summary>Every member of other assemblies that is used, as <c>Namespace.Type.Member</c>, with its parameters.</summary>
    public IEnumerable<(string Name, int Parameters, string Signature)> UsedMembers
    {
        get
        {
            foreach (var handle in metadata.MemberReferences)
            {
                var member = metadata.GetMemberReference(handle);
                if (TypeName(member.Parent) is not { } type || member.GetKind() is not MemberReferenceKind.Method) continue;
                var signature = member.DecodeMethodSignature(new Names(metadata), null);
                yield return ($"{type}.{metadata.GetString(member.Name)}", signature.ParameterTypes.Length,
                    string.Join(", ", signature.ParameterTypes));
            }
        }
    }

    /// <summary>Native functions that are imported.</summary>
    public IEnumerable<string> NativeImports => metadata.MethodDefinitions.Select(handle => metadata.GetMethodDefinition(handle))
        .Where(method => method.Attributes.HasFlag(MethodAttributes.PinvokeImpl)).Select(method => metadata.GetString(method.Name));

    /// <summary>Public classes that name <see cref="IConnectorFactory"/> among their interfaces, and whether each can be made.</summary>
    public IEnumerable<(string Name, bool Makable)> Factories
    {
        get
        {
            foreach (var handle in metadata.TypeDefinitions)
            {
                var type = metadata.GetTypeDefinition(handle);
                if (!type.GetInterfaceImplementations().Any(implemented =>
                    TypeName(metadata.GetInterfaceImplementation(implemented).Interface) == typeof(IConnectorFactory).FullName))
                    continue;
                if ((type.Attributes & TypeAttributes.VisibilityMask) is not TypeAttributes.Public
                    || type.Attributes.HasFlag(TypeAttributes.Abstract))
                    continue;
                var makable = type.GetMethods().Select(method => metadata.GetMethodDefinition(method))
                    .Any(method => metadata.GetString(method.Name) is ".ctor" && method.Attributes.HasFlag(MethodAttributes.Public)
                        && method.DecodeSignature(new Names(metadata), null).ParameterTypes.Length == 0);
                yield return ($"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}", makable);
            }
        }
    }

    public void Dispose() => pe.Dispose();

    private string? TypeName(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeReference:
                var type = metadata.GetTypeReference((TypeReferenceHandle)handle);
                return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
            case HandleKind.TypeSpecification:
                var name = metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(new Names(metadata), null);
                return name;
            default:
                return null;
        }
    }

    private sealed class Names(MetadataReader metadata) : ISignatureTypeProvider<string, object?>
    {
        public string GetArrayType(string elementType, ArrayShape shape) => elementType + "[,]";
        public string GetByReferenceType(string elementType) => elementType + "&";
        public string GetFunctionPointerType(MethodSignature<string> signature) => "function";
        public string GetGenericInstantiation(
            string genericType, System.Collections.Immutable.ImmutableArray<string> typeArguments) => genericType;
        public string GetGenericMethodParameter(object? genericContext, int index) => $"!!{index}";
        public string GetGenericTypeParameter(object? genericContext, int index) => $"!{index}";
        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;
        public string GetPinnedType(string elementType) => elementType;
        public string GetPointerType(string elementType) => elementType + "*";
        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();
        public string GetSZArrayType(string elementType) => elementType + "[]";
        public string GetTypeFromSpecification(
            MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
                reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
            metadata.GetString(reader.GetTypeDefinition(handle).Name);

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
        {
            var type = reader.GetTypeReference(handle);
            return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
        }
    }
}
