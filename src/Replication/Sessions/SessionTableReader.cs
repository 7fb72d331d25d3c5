using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Replication.State;

namespace Consensus.Replication.Sessions;

/// <summary>Reads the sessions of a snapshot, and nothing but what a <see cref="SessionTable"/> with the same bounds may have written.</summary>
internal sealed class SessionTableReader(SessionOptions options)
{
    private readonly List<Session> _sessions = [];
    private long _resultBytes;

    /// <summary>Reads the sessions, to the end of the stream.</summary>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.SnapshotInvalid"/>.</exception>
    public static SessionTable Read(Stream source, SessionOptions options)
    {
        var tree = StateTree.Read(source);
        var reader = new SessionTableReader(options);
        for (var scan = tree.Scan(default); scan.MoveNext();)
        {
            reader.Read(scan.Current.Key.Span, scan.CurrentValue);
        }

        return new SessionTable(options, new SessionTree(tree), reader.InOrderOfUse());
    }

    /// <summary>Refuses the snapshot if something about it is impossible.</summary>
    public static void Require([DoesNotReturnIf(false)] bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] ProblemText problem)
    {
        if (!holds)
        {
            throw new ConsensusException(ConsensusFailure.SnapshotInvalid, $"The snapshot's session table is damaged: {problem.Take()}.");
        }
    }

    private void Read(ReadOnlySpan<byte> key, byte[] value)
    {
        Require(key.Length is SessionTree.ClientKeySize or SessionTree.ResultKeySize, $"a key has {key.Length} bytes; allowed are 8 for a session and 16 for a result");
        var client = new ClientId(BinaryPrimitives.ReadUInt64BigEndian(key));
        if (key.Length == SessionTree.ClientKeySize)
        {
            ReadSession(client, value);
        }
        else
        {
            Require(_sessions.Count > 0 && _sessions[^1].Client == client, $"there is a result of session {client}, but no such session");
            ReadResult(_sessions[^1], BinaryPrimitives.ReadUInt64BigEndian(key[SessionTree.ClientKeySize..]), value);
        }
    }

    private void ReadSession(ClientId client, byte[] value)
    {
        Require(_sessions.Count < options.SessionsMax, $"there are more than {options.SessionsMax} sessions, which is the most that this replica allows");
        Require(
            value.Length is SessionTree.SessionSize or SessionTree.SessionWithKeySize,
            $"session {client} has {value.Length} bytes; allowed are {SessionTree.SessionSize}, and {SessionTree.SessionWithKeySize} with a key");
        var lastUsed = new LogIndex(BinaryPrimitives.ReadUInt64LittleEndian(value));
        var acknowledgedBelow = BinaryPrimitives.ReadUInt64LittleEndian(value.AsSpan(8));
        Require(client.Value > 0 && lastUsed.Value >= client.Value, $"session {client} was last used at entry {lastUsed}, before it was opened");
        Require(acknowledgedBelow >= 1, $"session {client} has acknowledged nothing, not even the number 0");
        var key = value.Length == SessionTree.SessionSize ? default : new PublicKey(value.AsSpan(SessionTree.SessionSize));
        Require(value.Length == SessionTree.SessionSize || Ed25519.IsCanonical(key), $"session {client} has a key under which no signature is valid, {key}");
        _sessions.Add(new Session(client, key, lastUsed, acknowledgedBelow));
    }

    private void ReadResult(Session session, ulong sequence, byte[] record)
    {
        Require(session.Allows(sequence), $"result {sequence} of session {session.Client} is outside its window, which begins at {session.AcknowledgedBelow}");
        Require(record.Length >= KeptResult.HeaderSize, $"result {sequence} of session {session.Client} has {record.Length} bytes; allowed are {KeptResult.HeaderSize} and more");
        var result = new KeptResult(sequence, record, IsInTree: true);
        Require(result.Outcome is CommandOutcome.Applied or CommandOutcome.Rejected, $"result {sequence} of session {session.Client} has outcome {result.Outcome}");
        Require(result.Index.Value > session.Client.Value && result.Index <= session.LastUsed, $"result {sequence} of session {session.Client} is of entry {result.Index}, when its session was not used");
        session.Keep(result);
        _resultBytes += result.Cost;
        Require(session.ResultBytes <= options.ResultBytesPerSessionMax, $"with result {sequence} of session {session.Client} its session counts {session.ResultBytes} bytes; this replica allows {options.ResultBytesPerSessionMax}");
        Require(_resultBytes <= options.ResultBytesMax, $"with result {sequence} of session {session.Client} all sessions count {_resultBytes} bytes; this replica allows {options.ResultBytesMax}");
    }

    private List<Session> InOrderOfUse()
    {
        _sessions.Sort((left, right) => left.LastUsed.CompareTo(right.LastUsed));
        for (var i = 1; i < _sessions.Count; i++)
        {
            var (session, previous) = (_sessions[i], _sessions[i - 1]);
            Require(session.LastUsed > previous.LastUsed, $"sessions {previous.Client} and {session.Client} were both last used at entry {session.LastUsed}");
        }

        return _sessions;
    }
}
