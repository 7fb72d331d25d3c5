using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Replication.State;

namespace Consensus.Replication.Sessions;

/// <summary>The sessions as entries of a state tree, which gives them their hash and their snapshots.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>A session: client (8 bytes, big-endian) ↦ last used (8), acknowledged below (8); and its public key (32), if it has one.</item>
/// <item>A result: client, number (8, big-endian) ↦ outcome (1), index of the entry (8), result.</item>
/// </list>
/// Values are little-endian; keys are big-endian, so that each session is followed by its results in their order.
/// </remarks>
internal sealed class SessionTree(StateTree tree)
{
    public const int ClientKeySize = 8;
    public const int ResultKeySize = 16;
    public const int SessionSize = 16;
    public const int SessionWithKeySize = SessionSize + PublicKey.Size;

    /// <summary>Writes a session, without its results.</summary>
    public void Set(Session session)
    {
        Span<byte> key = stackalloc byte[ClientKeySize];
        BinaryPrimitives.WriteUInt64BigEndian(key, session.Client.Value);
        Span<byte> value = stackalloc byte[SessionWithKeySize];
        BinaryPrimitives.WriteUInt64LittleEndian(value, session.LastUsed.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(value[8..], session.AcknowledgedBelow);
        session.Key.CopyTo(value[SessionSize..]);
        tree.Set(key, session.Key.IsNone ? value[..SessionSize] : value);
    }

    /// <summary>Adds a result that is not there yet, without copying it.</summary>
    public void Add(ClientId client, in KeptResult result)
    {
        var key = new byte[ResultKeySize];
        WriteKey(key, client, result.Sequence);
        tree.Append(key, result.Record);
    }

    public void Remove(ClientId client, ulong sequence)
    {
        Span<byte> key = stackalloc byte[ResultKeySize];
        WriteKey(key, client, sequence);
        tree.Remove(key);
    }

    /// <summary>Removes a session, without its results; it may never have been written.</summary>
    public void Remove(ClientId client)
    {
        Span<byte> key = stackalloc byte[ClientKeySize];
        BinaryPrimitives.WriteUInt64BigEndian(key, client.Value);
        tree.Remove(key);
    }

    public Digest RootHash() => tree.RootHash();

    public StateTreeView Freeze() => tree.Freeze();

    private static void WriteKey(Span<byte> key, ClientId client, ulong sequence)
    {
        BinaryPrimitives.WriteUInt64BigEndian(key, client.Value);
        BinaryPrimitives.WriteUInt64BigEndian(key[ClientKeySize..], sequence);
    }
}
