using Consensus.Cryptography;

namespace Consensus.Engine.Tests.Driver;

/// <summary>Notes what the driver hands over, in order.</summary>
internal sealed class RecordingHost : IReplicaHost
{
    public List<string> Calls { get; } = [];

    public List<FakeLog.Batch> Flushes { get; } = [];

    public List<(NodeId To, ProtocolMessage Message)> Sent { get; } = [];

    public void BeginFlush(ILogBatch batch)
    {
        Calls.Add($"flush {batch.LastLsn}");
        Flushes.Add((FakeLog.Batch)batch);
    }

    public void BeginCompaction(LogIndex index) => Calls.Add($"compact {index}");

    public void Send(NodeId to, ProtocolMessage message)
    {
        Calls.Add($"send {to} {message}");
        Sent.Add((to, message));
    }

    public void FlushMessages() => Calls.Add("flush messages");

    public void Apply(IReadOnlyList<LogEntry> entries) => Calls.Add($"apply {string.Join(',', entries.Select(entry => entry.Index))}");

    public void Install(SnapshotDescriptor snapshot) => Calls.Add($"install {snapshot.Position.Index}");

    public void Begin(BackgroundRequest request) => Calls.Add($"begin {request.GetType().Name}");

    public void Keep(EquivocationEvidence evidence) => Calls.Add($"keep {evidence.Signer}");

    public void Refuse(Refusal refusal) => Calls.Add($"refuse {refusal.Ticket.Value} {refusal.Reason}");

    public void ConfirmRead(ConfirmedRead read) => Calls.Add($"read {read.Ticket.Value} {read.Index}");

    public void CompleteControl(ControlCompletion completion) => Calls.Add($"control {completion.Ticket.Value} {completion.Result.Refusal}");

    public void Raise(ConsensusEvent happening) => Calls.Add($"raise {happening.GetType().Name}");
}
