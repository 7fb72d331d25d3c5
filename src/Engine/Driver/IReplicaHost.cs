using Consensus.Cryptography;

namespace Consensus.Engine;

/// <summary>
/// Where the driver puts what is not its own to do. In production threads, sockets and files stand behind it; in simulation virtual time. Whoever implements <see cref="ILanes"/> gets it with the rest of a <see cref="Replica"/>.
/// </summary>
/// <remarks>Called on the loop only. No member blocks; whatever takes time comes back later as an input.</remarks>
public interface IReplicaHost
{
    /// <summary>Persists a batch of the log; then <see cref="ReplicaDriver.OnFlushed"/> is due. One batch is under way at a time.</summary>
    void BeginFlush(ILogBatch batch);

    /// <summary>Lets the log forget entries up to <paramref name="index"/>, after the flush under way.</summary>
    void BeginCompaction(LogIndex index);

    /// <summary>Sends a message; it is encoded before the call returns.</summary>
    void Send(NodeId to, ProtocolMessage message);

    /// <summary>The turn's messages are complete: put them on their way.</summary>
    void FlushMessages();

    /// <summary>Queues committed entries for the state machine; the list is reused after the call.</summary>
    void Apply(IReadOnlyList<LogEntry> entries);

    /// <summary>Queues the replacement of the state by a stored snapshot, in order with <see cref="Apply"/>.</summary>
    void Install(SnapshotDescriptor snapshot);

    /// <summary>Begins work on files; its outcome comes back as an input.</summary>
    void Begin(BackgroundRequest request);

    /// <summary>Begins to keep evidence; nothing waits for the end of that.</summary>
    void Keep(EquivocationEvidence evidence);

    /// <summary>A caller's proposal, read or control request will not be carried out.</summary>
    void Refuse(Refusal refusal);

    /// <summary>The index that a read barrier waits for is known.</summary>
    void ConfirmRead(ConfirmedRead read);

    /// <summary>A membership change or transfer has ended.</summary>
    void CompleteControl(ControlCompletion completion);

    /// <summary>Something happened that observers may want to know.</summary>
    void Raise(ConsensusEvent happening);
}
