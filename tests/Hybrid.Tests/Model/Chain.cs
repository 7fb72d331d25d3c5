using System.Numerics;

namespace Consensus.Hybrid.Tests.Model;

/// <summary>A log, or the beginning of one: up to three entries, each with the term whose leader made it, which of several that it might have made, and whether it is the seal.</summary>
internal readonly record struct Chain(uint Bits)
{
    public const int EntriesMax = 3;

    private const int EntryBits = 4;
    private const uint EntryMask = 15;
    private const uint SealMask = 1;

    public static Chain Empty => default;

    public int Length => (35 - BitOperations.LeadingZeroCount(Bits)) / EntryBits;

    /// <summary>The term of the last entry; 0, if there is none.</summary>
    public int LastTerm => Length == 0 ? 0 : TermAt(Length);

    /// <summary>Up to where it may be applied: to its first seal, if it has one.</summary>
    public int ApplicableLength => SealIndex is var index && index > 0 ? index : Length;

    /// <summary>The first seal's index; 0, if there is none.</summary>
    public int SealIndex
    {
        get
        {
            for (var index = 1; index <= Length; index++)
            {
                if ((EntryAt(index) & SealMask) != 0)
                {
                    return index;
                }
            }

            return 0;
        }
    }

    /// <summary>The term of the entry with an index, from 1 on.</summary>
    public int TermAt(int index) => (int)(EntryAt(index) >> 2);

    public Chain Prefix(int length) => length >= Length ? this : new Chain(Bits & ((1u << (EntryBits * length)) - 1));

    public Chain Append(int term, int variant, bool isSeal) =>
        new(Bits | ((((uint)term << 2) | ((uint)variant << 1) | (isSeal ? SealMask : 0)) << (EntryBits * Length)));

    public bool IsPrefixOf(Chain other) => other.Prefix(Length) == this;

    /// <summary>How many entries two of them have in common at the beginning.</summary>
    public int CommonLength(Chain other)
    {
        var length = Math.Min(Length, other.Length);
        while (Prefix(length) != other.Prefix(length))
        {
            length--;
        }

        return length;
    }

    /// <summary>Whether it is the better one by Raft's rule: a later last term, or as late and longer.</summary>
    public bool IsAtLeast(Chain other) => (LastTerm, Length).CompareTo((other.LastTerm, other.Length)) >= 0;

    public override string ToString() => string.Join(' ', Enumerable.Range(1, Length).Select(Describe));

    private string Describe(int index) => $"{((EntryAt(index) & SealMask) != 0 ? "seal" : "command")}{TermAt(index)}{((EntryAt(index) & 2) != 0 ? "'" : "")}";

    private uint EntryAt(int index) => (Bits >> (EntryBits * (index - 1))) & EntryMask;
}
