using System.Diagnostics.CodeAnalysis;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Replication.State;

namespace Consensus.Replication.Sessions;

/// <summary>
/// All sessions, in the order of their last use. When there are too many, or their results are too large, those used longest ago are closed:
/// the same ones on every replica, because use is counted in entries of the log.
/// </summary>
/// <remarks>
/// Commands change sessions and results, which cost little; the tree, which gives hash and snapshot, learns of them when either is asked for.
/// Which sessions it has missed follows from their order. Most results are acknowledged before, and never reach it.
/// </remarks>
internal sealed class SessionTable(SessionOptions options)
{
    private readonly Dictionary<ulong, LinkedListNode<Session>> _byClient = [];
    private readonly LinkedList<Session> _byUse = new();
    private readonly SessionTree _tree = new(new StateTree());
    private LogIndex _writtenThrough;
    private long _resultBytes;
    private int _withKey;

    /// <summary>Takes over what a snapshot held.</summary>
    /// <param name="options">The bounds, which the sessions keep.</param>
    /// <param name="tree">The sessions and their results.</param>
    /// <param name="byUse">The same sessions, the one used longest ago first.</param>
    public SessionTable(SessionOptions options, SessionTree tree, IEnumerable<Session> byUse)
        : this(options)
    {
        _tree = tree;
        foreach (var session in byUse)
        {
            Add(session);
            _resultBytes += session.ResultBytes;
            _writtenThrough = session.LastUsed;
        }
    }

    /// <summary>How many sessions there are.</summary>
    public int Count => _byUse.Count;

    /// <summary>Whether some session has a key.</summary>
    public bool HasKeys => _withKey > 0;

    /// <summary>What their results count.</summary>
    public long ResultBytes => _resultBytes;

    /// <summary>Opens a session whose identity is the entry's index.</summary>
    /// <param name="index">The entry.</param>
    /// <param name="key">The key of its owner, or none.</param>
    public void Open(LogIndex index, in PublicKey key)
    {
        ThrowIfNotAfterLast(index);
        if (_byUse.Count >= options.SessionsMax)
        {
            Close(_byUse.First!);
        }

        Add(new Session(new ClientId(index.Value), key, index, acknowledgedBelow: 1));
    }

    /// <summary>Finds the session of an entry. That is no use of it yet.</summary>
    public bool TryFind(ClientId client, [NotNullWhen(true)] out LinkedListNode<Session>? place) => _byClient.TryGetValue(client.Value, out place);

    /// <summary>Makes a session the one used last, and forgets the results that the entry acknowledges.</summary>
    public void Use(LinkedListNode<Session> place, LogIndex index, ulong acknowledgedBelow)
    {
        ThrowIfNotAfterLast(index);
        if (place != _byUse.Last)
        {
            _byUse.Remove(place);
            _byUse.AddLast(place);
        }

        var session = place.Value;
        _resultBytes -= session.ResultBytes;
        session.Use(index, acknowledgedBelow, _tree);
        _resultBytes += session.ResultBytes;
    }

    /// <summary>Keeps the first result of a number of the session used last, and closes sessions if that is too much.</summary>
    public AppliedCommand Keep(Session session, ulong sequence, CommandOutcome outcome, LogIndex index, ReadOnlySpan<byte> result)
    {
        var kept = KeptResult.Of(sequence, outcome, index, result);
        session.Keep(kept);
        _resultBytes += kept.Cost;
        if (session.ResultBytes > options.ResultBytesPerSessionMax || kept.Record.Length > StateTree.ValueBytesMax)
        {
            Close(_byUse.Last!);
        }

        while (_resultBytes > options.ResultBytesMax)
        {
            Close(_byUse.First!);
        }

        return kept.AppliedOf(session.Client);
    }

    /// <summary>Finds what became of a request. That is no use of its session.</summary>
    public bool TryFind(RequestId request, out AppliedCommand applied)
    {
        applied = default;
        if (!_byClient.TryGetValue(request.Client.Value, out var node))
        {
            return false;
        }

        if (request.Sequence < node.Value.AcknowledgedBelow)
        {
            applied = new AppliedCommand(request, CommandOutcome.RequestForgotten, LogIndex.Zero, default);
            return true;
        }

        return node.Value.TryGet(request.Sequence, out applied);
    }

    /// <summary>The hash of all sessions.</summary>
    public Digest Hash()
    {
        WriteChanges();
        return _tree.RootHash();
    }

    /// <summary>The sessions as they are, to be written by any thread.</summary>
    public StateTreeView Freeze()
    {
        WriteChanges();
        return _tree.Freeze();
    }

    private void WriteChanges()
    {
        for (var node = _byUse.Last; node is not null && node.Value.LastUsed > _writtenThrough; node = node.Previous)
        {
            node.Value.WriteTo(_tree);
        }

        _writtenThrough = _byUse.Last?.Value.LastUsed ?? _writtenThrough;
    }

    private void Close(LinkedListNode<Session> node)
    {
        _resultBytes -= node.Value.ResultBytes;
        _withKey -= node.Value.Key.IsNone ? 0 : 1;
        node.Value.Close(_tree);
        _byUse.Remove(node);
        _byClient.Remove(node.Value.Client.Value);
    }

    private void Add(Session session)
    {
        _withKey += session.Key.IsNone ? 0 : 1;
        _byClient.Add(session.Client.Value, _byUse.AddLast(session));
    }

    /// <summary>The order of use is that of the log: which sessions have changed, and which is closed, follow from it.</summary>
    private void ThrowIfNotAfterLast(LogIndex index)
    {
        if (_byUse.Last is { } last && index <= last.Value.LastUsed)
        {
            throw new ConsensusException(
                ConsensusFailure.InvariantViolated, $"Entry {index} was to be applied after entry {last.Value.LastUsed}, which session {last.Value.Client} had used.");
        }
    }
}
