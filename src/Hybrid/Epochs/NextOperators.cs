using System.Collections.Immutable;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Hybrid;

/// <summary>Whose word ends epochs from the next one on, if others' than now: all keys, as an operator has ordered it.</summary>
/// <remarks>Immutable. In growing order of their bytes, so that there is one form for each.</remarks>
public sealed class NextOperators : IEquatable<NextOperators>
{
    // More than there may be, so that whoever gives an order with too many is told that, and not so many that reading them costs anything.
    private const int ReadMax = 4 * EpochDescriptor.OperatorsMax;

    private NextOperators(ImmutableArray<PublicKey> keys) => Keys = keys;

    /// <summary>The keys, in growing order.</summary>
    public ImmutableArray<PublicKey> Keys { get; }

    /// <summary>Lists them.</summary>
    /// <param name="keys">All of them, in any order. Whether they may follow is known where the order ends an epoch (<see cref="SealOrder.DefectIn"/>).</param>
    public static NextOperators Of(IEnumerable<PublicKey> keys) => new(Sorted(keys));

    /// <summary>What is wrong with them as the operators of a group; nothing, if they may be.</summary>
    /// <param name="members">The members of the epoch whose operators they are to be.</param>
    public string? DefectAmong(SignerSet members)
    {
        if (Keys.Length is 0 or > EpochDescriptor.OperatorsMax)
        {
            return $"{Keys.Length} keys of operators are listed; allowed: 1 to {EpochDescriptor.OperatorsMax}, for without one nobody could order anything any more.";
        }

        for (var i = 1; i < Keys.Length; i++)
        {
            if (Keys[i] == Keys[i - 1])
            {
                return $"The key {Keys[i]} is listed twice as an operator's; allowed: each once.";
            }
        }

        return members.Members.FirstOrDefault(member => Keys.Contains(member.Key)) is { Id: var twofold } && twofold != NodeId.None
            ? $"The key of node {twofold} is an operator's; whoever orders must be no member."
            : null;
    }

    /// <inheritdoc/>
    public bool Equals(NextOperators? other) => other is not null && Keys.SequenceEqual(other.Keys);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NextOperators);

    /// <inheritdoc/>
    public override int GetHashCode() => Keys.Length;

    /// <summary>The keys in the one order that they have everywhere.</summary>
    internal static ImmutableArray<PublicKey> Sorted(IEnumerable<PublicKey> keys) => [.. keys.OrderBy(key => key.ToString(), StringComparer.Ordinal)];

    /// <summary>Writes keys that are in order.</summary>
    internal static void Write(ref MessagePackWriter writer, ImmutableArray<PublicKey> keys)
    {
        Span<byte> bytes = stackalloc byte[PublicKey.Size];
        writer.WriteArrayHeader(keys.Length);
        foreach (var key in keys)
        {
            key.CopyTo(bytes);
            writer.Write(bytes);
        }
    }

    /// <summary>Reads keys. Whether they may be operators' is not looked at, but for how many they are and their order.</summary>
    /// <exception cref="MessageFormatException">The bytes are none.</exception>
    /// <exception cref="MessagePackSerializationException">The bytes are not what MessagePack allows in their place.</exception>
    internal static NextOperators Read(ref MessagePackReader reader)
    {
        var keys = new PublicKey[WireFields.ReadCount(ref reader, PublicKey.Size + 2)];
        if (keys.Length > ReadMax)
        {
            throw new MessageFormatException($"A list of operators has {keys.Length} keys; allowed: up to {EpochDescriptor.OperatorsMax}.");
        }

        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = EpochDescriptor.ReadKey(ref reader);
        }

        var sorted = Sorted(keys);
        return sorted.SequenceEqual(keys) ? new NextOperators(sorted) : throw new MessageFormatException("The keys of operators are not in growing order.");
    }
}
