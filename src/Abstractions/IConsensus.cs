namespace Consensus;

/// <summary>
/// One member of a group that agrees on the order of commands. All engines are used through it; what an engine promises is in
/// <see cref="Guarantees"/>.
/// </summary>
/// <remarks>
/// Safe to use from any number of threads. Expected outcomes (refused, rejected, unknown) are results, not exceptions; exceptions are
/// left for misuse, cancellation (<see cref="OperationCanceledException"/>) and a stopped replica (<see cref="ConsensusException"/>).
/// </remarks>
public interface IConsensus
{
    /// <summary>What the engine behind this instance promises.</summary>
    ConsensusGuarantees Guarantees { get; }

    /// <summary>This replica's latest view of the group. Cheap; never blocks.</summary>
    ConsensusStatus Status { get; }

    /// <summary>What this replica has counted since it started, and how fast it was lately. Never blocks; meant for a look each second, not for each command.</summary>
    ConsensusMetrics GetMetrics();

    /// <summary>
    /// Proposes a command and waits until this replica has applied it. The command takes effect at most once, however often it is
    /// retried inside: across leader changes, snapshots and restarts of other replicas.
    /// </summary>
    /// <param name="command">The command's bytes; they may be reused as soon as the call returns its task.</param>
    /// <param name="options">Time limit and request identity; the defaults suit most callers.</param>
    /// <param name="cancellationToken">Stops the waiting. The command may still take effect.</param>
    ValueTask<ProposeResult> ProposeAsync(ReadOnlyMemory<byte> command, ProposeOptions options = default, CancellationToken cancellationToken = default);

    /// <summary>
    /// Opens a session for a caller that wants to retry its commands safely through any replica: it numbers them itself and passes the
    /// number in <see cref="ProposeOptions.Request"/>. Sessions that have not been used for longest are closed when there are too many.
    /// </summary>
    ValueTask<SessionResult> OpenSessionAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Opens a session that nobody can use but the owner of a key: every replica refuses a command in it that does not carry his signature (<see cref="ProposeOptions.Signature"/>), with
    /// <see cref="RefusalReason.NotSignedByClient"/>.
    /// </summary>
    /// <param name="publicKey">An Ed25519 public key, 32 bytes; copied before the call returns its task.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentException">The bytes are no public key under which a signature could be valid.</exception>
    ValueTask<SessionResult> OpenSessionAsync(ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken = default) =>
        new(new SessionResult(RefusalReason.NotSupported, ClientId.None));

    /// <summary>
    /// Waits until this replica's state machine reflects every command that was acknowledged to anybody before the call
    /// (linearizable read barrier; Ongaro, thesis, section 6.4).
    /// </summary>
    ValueTask<ReadBarrierResult> ReadBarrierAsync(CancellationToken cancellationToken = default);

    /// <summary>Runs a read-only query on the local state machine, by default behind a linearizable read barrier.</summary>
    /// <param name="query">The query in the state machine's own encoding.</param>
    /// <param name="consistency">Whether the barrier is waited for.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    ValueTask<QueryResult> QueryAsync(ReadOnlyMemory<byte> query, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancellationToken = default);

    /// <summary>
    /// Proves that a command is committed, to anybody who has the members' public keys. Asked for after the result (<see cref="ProposeResult.Index"/>), so that nobody pays who does not ask.
    /// Only engines that tolerate Byzantine faults can; kept for a while, and not by replicas that came to the entry by a checkpoint.
    /// </summary>
    /// <param name="index">The entry of the command.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    ValueTask<ProofResult> ProveAsync(LogIndex index, CancellationToken cancellationToken = default) =>
        new(new ProofResult(RefusalReason.NotSupported, "The engine gives no proofs.", default));

    /// <summary>
    /// Finds what became of a request that was sent through whichever replica, as far as this one has applied it: after its commit. Only engines that tolerate Byzantine faults can.
    /// </summary>
    /// <param name="request">The session and the number.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    ValueTask<FoundResult> FindResultAsync(RequestId request, CancellationToken cancellationToken = default) =>
        new(FoundResult.Refused(RefusalReason.NotSupported, "The engine answers for no results."));

    /// <summary>
    /// Changes who belongs to the group, and waits until the change has taken effect. One that is in effect already is done at once, and says so;
    /// one that is under way is waited for: it can be asked for again when an answer was lost.
    /// </summary>
    ValueTask<ControlResult> ChangeMembershipAsync(MembershipChange change, CancellationToken cancellationToken = default);

    /// <summary>Asks the leader to hand over to <paramref name="target"/>, and waits until it has.</summary>
    /// <param name="target">A voter, or <see cref="NodeId.None"/> for the one that is most up to date.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    ValueTask<ControlResult> TransferLeadershipAsync(NodeId target, CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends the epoch as an order says, which an operator has signed, and waits until this replica is in the next one. An order that has taken effect already is done at once, and says so: it can be
    /// given again when an answer was lost, to any replica. Only where engines follow each other.
    /// </summary>
    /// <param name="order">The order's bytes; they may be reused as soon as the call returns its task.</param>
    /// <param name="cancellationToken">Stops the waiting. The order may still take effect.</param>
    ValueTask<ControlResult> EndEpochAsync(ReadOnlyMemory<byte> order, CancellationToken cancellationToken = default) =>
        new(new ControlResult(RefusalReason.NotSupported, "The engine has one epoch; the hybrid has several."));

    /// <summary>
    /// What happens to this replica from now on. A reader that falls more than 1,024 events behind gets an <see cref="EventsLost"/> with
    /// their number in place of those that were dropped.
    /// </summary>
    IAsyncEnumerable<ConsensusEvent> EventsAsync(CancellationToken cancellationToken = default);
}
