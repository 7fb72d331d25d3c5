using System.Numerics;

namespace Consensus.Cryptography.Tests;

/// <summary>A point of edwards25519.</summary>
internal readonly record struct ModelPoint(BigInteger X, BigInteger Y);
