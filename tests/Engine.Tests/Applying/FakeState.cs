using System.Buffers;

namespace Consensus.Engine.Tests.Applying;

/// <summary>A state that is the number of commands it has applied.</summary>
internal sealed class FakeState : IReplicatedState
{
    public ulong Count { get; set; }

    public List<LogIndex> Applied { get; } = [];

    public Func<LogEntry, AppliedCommand>? OnApply { get; set; }

    public Action? OnQuery { get; set; }

    public AppliedCommand Apply(in LogEntry entry)
    {
        var applied = OnApply?.Invoke(entry) ?? new AppliedCommand(RequestId.None, CommandOutcome.Applied, entry.Index, default);
        Applied.Add(entry.Index);
        Count++;
        return applied;
    }

    public void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result)
    {
        OnQuery?.Invoke();
        result.Write(BitConverter.GetBytes(Count));
    }

    public int Hashings { get; private set; }

    public bool TryFindResult(RequestId request, out AppliedCommand applied)
    {
        applied = default;
        return false;
    }

    public Digest StateHash()
    {
        Hashings++;
        return HashOf(Count);
    }

    public IStateSnapshot CaptureSnapshot() => new Capture(Count);

    public void Restore(Stream snapshot)
    {
        var bytes = new byte[8];
        snapshot.ReadExactly(bytes);
        Count = BitConverter.ToUInt64(bytes);
    }

    public static Digest HashOf(ulong count) => new([.. BitConverter.GetBytes(count), .. new byte[24]]);

    private sealed class Capture(ulong count) : IStateSnapshot
    {
        public void WriteTo(Stream destination) => destination.Write(BitConverter.GetBytes(count));

        public void Dispose()
        {
        }
    }
}
