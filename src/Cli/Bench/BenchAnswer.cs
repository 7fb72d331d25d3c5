namespace Consensus.Cli.Bench;

/// <summary>What a read of a measurement was answered.</summary>
/// <param name="IsAnswered">Whether it was.</param>
/// <param name="IsFound">Whether the key has a value.</param>
/// <param name="Value">The value.</param>
internal readonly record struct BenchAnswer(bool IsAnswered, bool IsFound, ReadOnlyMemory<byte> Value);
