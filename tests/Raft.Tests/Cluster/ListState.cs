using System.Buffers;
using System.Text;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Raft.Tests.Cluster;

/// <summary>The simplest replicated state: the list of all commands, as text.</summary>
internal sealed class ListState : IReplicatedState
{
    private readonly List<string> _commands = [];
    private Digest _hash;

    public IReadOnlyList<string> Commands => _commands;

    /// <summary>A bit flips in memory.</summary>
    public void Corrupt() => Add("rot");

    public AppliedCommand Apply(in LogEntry entry)
    {
        Add(Encoding.UTF8.GetString(entry.Payload.Span));
        return new AppliedCommand(default, CommandOutcome.Applied, entry.Index, default);
    }

    public void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result) => result.Write(ToBytes());

    public bool TryFindResult(RequestId request, out AppliedCommand applied)
    {
        applied = default;
        return false;
    }

    public Digest StateHash() => _hash;

    public IStateSnapshot CaptureSnapshot() => new Snapshot(ToBytes());

    public void Restore(Stream snapshot)
    {
        using var reader = new StreamReader(snapshot, leaveOpen: true);
        _commands.Clear();
        _hash = default;
        while (reader.ReadLine() is { } line)
        {
            Add(line);
        }
    }

    private void Add(string command)
    {
        _commands.Add(command);
        var chained = new byte[Digest.Size + Encoding.UTF8.GetByteCount(command)];
        _hash.CopyTo(chained);
        Encoding.UTF8.GetBytes(command, chained.AsSpan(Digest.Size));
        _hash = Blake3.Hash(chained);
    }

    private byte[] ToBytes() => Encoding.UTF8.GetBytes(string.Concat(_commands.Select(command => command + "\n")));

    private sealed class Snapshot(byte[] bytes) : IStateSnapshot
    {
        public void WriteTo(Stream destination) => destination.Write(bytes);

        public void Dispose()
        {
        }
    }
}
