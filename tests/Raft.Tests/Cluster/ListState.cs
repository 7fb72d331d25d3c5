using System.Buffers;
using System.Text;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Raft.Tests.Cluster;

/// <summary>The simplest replicated state: the list of all commands, as text.</summary>
internal sealed class ListState : IReplicatedState
{
    private readonly List<string> _commands = [];

    public IReadOnlyList<string> Commands => _commands;

    public AppliedCommand Apply(in LogEntry entry)
    {
        _commands.Add(Encoding.UTF8.GetString(entry.Payload.Span));
        return new AppliedCommand(default, CommandOutcome.Applied, entry.Index, default);
    }

    public void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result) => result.Write(ToBytes());

    public Digest StateHash() => Blake3.Hash(ToBytes());

    public IStateSnapshot CaptureSnapshot() => new Snapshot(ToBytes());

    public void Restore(Stream snapshot)
    {
        using var reader = new StreamReader(snapshot, leaveOpen: true);
        _commands.Clear();
        while (reader.ReadLine() is { } line)
        {
            _commands.Add(line);
        }
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
