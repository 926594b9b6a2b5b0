namespace TradeFlow.Platform.Kernel;

/// <summary>
/// Other modules may name this class, though it lives in the folder whose work it does and not in <c>Contracts</c>: it has behaviour, and
/// <c>Contracts</c> holds shapes. An architecture test holds both to it.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OpenToModulesAttribute : Attribute;
