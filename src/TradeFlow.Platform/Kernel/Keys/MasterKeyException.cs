using System.Security.Cryptography;

namespace TradeFlow.Platform.Kernel.Keys;

/// <summary>A master key is missing or is none: a sentence for whoever runs the platform.</summary>
public sealed class MasterKeyException(string message) : CryptographicException(message);
