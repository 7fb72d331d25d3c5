using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Consensus.Cryptography;

namespace Consensus.Replication.Sessions;

/// <summary>
/// All sessions, in the order of their last use. When there are too many, the one used longest ago is closed: the same one on every replica,
/// because use is counted in entries of the log.
/// </summary>
internal sealed class SessionTable(int sessionsMax)
{
    private readonly Dictionary<ulong, LinkedListNode<Session>> _byClient = [];
    private readonly LinkedList<Session> _byUse = new();
    private readonly ArrayBufferWriter<byte> _scratch = new();

    public int Count => _byClient.Count;

    /// <summary>Opens a session whose identity is the entry's index.</summary>
    public void Open(LogIndex index)
    {
        if (_byClient.Count >= sessionsMax && _byUse.First is { } oldest)
        {
            _byUse.RemoveFirst();
            _byClient.Remove(oldest.Value.Client.Value);
        }

        Add(new Session(new ClientId(index.Value), index));
    }

    /// <summary>Finds a session, and makes it the one used last.</summary>
    public bool TryUse(ClientId client, [NotNullWhen(true)] out Session? session)
    {
        session = null;
        if (!_byClient.TryGetValue(client.Value, out var node))
        {
            return false;
        }

        if (node != _byUse.Last)
        {
            _byUse.Remove(node);
            _byUse.AddLast(node);
        }

        session = node.Value;
        return true;
    }

    /// <summary>The hash of all sessions.</summary>
    public Digest Hash()
    {
        var digests = new byte[_byClient.Count * Digest.Size];
        var position = 0;
        foreach (var session in _byUse)
        {
            session.Digest(_scratch).CopyTo(digests.AsSpan(position));
            position += Digest.Size;
        }

        return Blake3.Hash(digests);
    }

    /// <summary>Writes the number of sessions and the sessions, the one used longest ago first.</summary>
    public byte[] ToBytes()
    {
        var bytes = new ArrayBufferWriter<byte>();
        Span<byte> count = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(count, _byClient.Count);
        bytes.Write(count);
        foreach (var session in _byUse)
        {
            session.WriteTo(bytes);
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.SnapshotInvalid"/>.</exception>
    public static SessionTable FromBytes(byte[] bytes, int sessionsMax)
    {
        var reader = new SessionReader(bytes);
        var table = new SessionTable(sessionsMax);
        var previous = LogIndex.Zero;
        for (var left = reader.Count(sessionsMax, "sessions"); left > 0; left--)
        {
            var session = Session.ReadFrom(reader);
            SessionReader.Require(session.LastUsed > previous, $"session {session.Client} is out of order");
            SessionReader.Require(!table._byClient.ContainsKey(session.Client.Value), $"session {session.Client} is there twice");
            table.Add(session);
            previous = session.LastUsed;
        }

        SessionReader.Require(reader.IsAtEnd, "bytes follow the last session");
        return table;
    }

    private void Add(Session session) => _byClient.Add(session.Client.Value, _byUse.AddLast(session));
}
