using System.Numerics;

namespace Consensus.Cryptography;

/// <summary>Remembers signatures that were found valid, so that a vote seen alone is not checked again when it comes back in a certificate.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>Positive verdicts only. A remembered "invalid" would be a way to fill the memory with garbage at no cost; a valid signature costs its maker a key.</item>
/// <item>Exact: an entry is the BLAKE3 digest of key, statement and signature. A different signature for the same statement is not found.</item>
/// <item>Bounded: sets of <see cref="Ways"/> entries, each a ring whose oldest entry gives way. The same calls in the same order leave the same entries.</item>
/// <item>Safe to use from any number of threads; sets are guarded by several locks, each held for a few comparisons. No call allocates.</item>
/// </list>
/// <para>To forget costs one verification more, nothing else: a member that floods with valid signatures slows its peers down and wins nothing.</para>
/// </remarks>
public sealed class VerifiedSignatures
{
    /// <summary>The smallest capacity.</summary>
    public const int CapacityMin = Ways;

    /// <summary>The largest capacity.</summary>
    public const int CapacityMax = 1 << 24;

    private const int Ways = 8;
    private const int LocksMax = 64;

    private readonly Digest[] _entries;
    private readonly byte[] _oldest;
    private readonly Lock[] _locks;
    private readonly int _sets;

    /// <summary>Makes an empty memory.</summary>
    /// <param name="capacity">How many signatures are remembered at most, at 32 bytes each; rounded up to a power of two.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is not between <see cref="CapacityMin"/> and <see cref="CapacityMax"/>.</exception>
    public VerifiedSignatures(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, CapacityMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, CapacityMax);
        _entries = new Digest[(int)BitOperations.RoundUpToPowerOf2((uint)capacity)];
        _sets = _entries.Length / Ways;
        _oldest = new byte[_sets];
        _locks = new Lock[Math.Min(_sets, LocksMax)];
        for (var i = 0; i < _locks.Length; i++)
        {
            _locks[i] = new Lock();
        }
    }

    /// <summary>How many signatures are remembered at most.</summary>
    public int Capacity => _entries.Length;

    /// <summary>Whether a signature is known to be valid.</summary>
    /// <param name="key">The signer's key.</param>
    /// <param name="statement">The digest of the statement.</param>
    /// <param name="signature">The signature.</param>
    public bool Contains(in PublicKey key, in Digest statement, in Signature signature)
    {
        var entry = Entry(key, statement, signature);
        var set = SetOf(entry);
        lock (_locks[set % _locks.Length])
        {
            return Ring(set).Contains(entry);
        }
    }

    /// <summary>Remembers a signature that is valid.</summary>
    /// <param name="key">The signer's key.</param>
    /// <param name="statement">The digest of the statement.</param>
    /// <param name="signature">The signature.</param>
    public void Add(in PublicKey key, in Digest statement, in Signature signature)
    {
        var entry = Entry(key, statement, signature);
        var set = SetOf(entry);
        lock (_locks[set % _locks.Length])
        {
            var ring = Ring(set);
            if (ring.Contains(entry))
            {
                return;
            }

            ring[_oldest[set]] = entry;
            _oldest[set] = (byte)((_oldest[set] + 1) % Ways);
        }
    }

    private int SetOf(in Digest entry) => entry.GetHashCode() & (_sets - 1);

    private Span<Digest> Ring(int set) => _entries.AsSpan(set * Ways, Ways);

    private static Digest Entry(in PublicKey key, in Digest statement, in Signature signature)
    {
        Span<byte> bytes = stackalloc byte[PublicKey.Size + Digest.Size + Signature.Size];
        key.CopyTo(bytes);
        statement.CopyTo(bytes[PublicKey.Size..]);
        signature.CopyTo(bytes[(PublicKey.Size + Digest.Size)..]);
        return Blake3.Hash(bytes);
    }
}
