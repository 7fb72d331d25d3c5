using System.Buffers;

namespace Consensus.Engine.Tests.Hosting;

/// <summary>Answers a command with its own bytes; applies each request once, and gives a retry the first result.</summary>
internal sealed class EchoState : IReplicatedState
{
    private readonly Dictionary<RequestId, (LogIndex Index, byte[] Body)> _results = [];

    /// <summary>Called with the body of each command that takes effect.</summary>
    public Action<ReadOnlyMemory<byte>>? OnApply { get; set; }

    public Action? OnQuery { get; set; }

    /// <summary>Whether retries are recognised; without, nothing is kept.</summary>
    public bool KeepsResults { get; init; } = true;

    public AppliedCommand Apply(in LogEntry entry)
    {
        Assert.That(CommandEnvelope.TryRead(entry.Payload.Span, out var envelope), Is.True);
        if (envelope.Kind == CommandKind.OpenSession)
        {
            return new AppliedCommand(envelope.Request, CommandOutcome.SessionOpened, entry.Index, default);
        }

        var body = entry.Payload[CommandEnvelope.HeaderSize..];
        if (!KeepsResults)
        {
            return new AppliedCommand(envelope.Request, CommandOutcome.Applied, entry.Index, body);
        }

        if (!_results.TryGetValue(envelope.Request, out var result))
        {
            OnApply?.Invoke(body);
            result = (entry.Index, body.ToArray());
            _results.Add(envelope.Request, result);
        }

        return new AppliedCommand(envelope.Request, CommandOutcome.Applied, result.Index, result.Body);
    }

    public Func<IStateSnapshot>? OnCapture { get; set; }

    public void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result)
    {
        OnQuery?.Invoke();
        result.Write(query);
    }

    public bool TryFindResult(RequestId request, out AppliedCommand applied)
    {
        applied = default;
        return false;
    }

    public Digest StateHash() => default;

    public IStateSnapshot CaptureSnapshot() => OnCapture?.Invoke() ?? new Empty();

    public void Restore(Stream snapshot)
    {
    }

    private sealed class Empty : IStateSnapshot
    {
        public void WriteTo(Stream destination)
        {
        }

        public void Dispose()
        {
        }
    }
}
