namespace Consensus;

/// <summary>How one command is proposed. <c>default</c> suits most callers.</summary>
/// <param name="Timeout">
/// How long to wait, retries included; zero means the replica's configured default (5 s). When it has passed the outcome is
/// <see cref="ProposeStatus.Unknown"/>.
/// </param>
/// <param name="Request">
/// The identity of the command, for callers that keep a session of their own (<see cref="IConsensus.OpenSessionAsync(CancellationToken)"/>): a second proposal
/// with the same identity, through whichever replica, returns the first one's result. <c>default</c> means that the replica numbers the
/// command in its own session.
/// </param>
/// <param name="AcknowledgedBelow">
/// With <paramref name="Request"/>: results of commands with smaller numbers need not be kept any longer. A session has at most 16,384
/// commands from here on.
/// </param>
/// <param name="Prove">
/// Whether the result comes with the proof of its commit (<see cref="ProposeResult.Proof"/>), which also shows that it is this very command that was committed: if it is another, which a Byzantine
/// replica can bring about, the proposal is refused (<see cref="RefusalReason.RequestForgotten"/>); if the log no longer has it, the outcome is unknown. Costs nothing where it is not asked for.
/// </param>
/// <param name="Signature">
/// With <paramref name="Request"/>, if the session was opened with a public key: its owner's Ed25519 signature of the request, 64 bytes (<c>RequestStatement</c>); it covers cluster, session, number, <paramref name="AcknowledgedBelow"/>
/// and the command. Not copied: it must stay what it is until the call returns its task.
/// </param>
/// <param name="WaitFor">
/// When the command counts as done. What <see cref="CommitLevel.Certified"/> asks for and the deployment cannot give is refused before anything is proposed (<see cref="RefusalReason.NotSupported"/>). If the command is committed and
/// not certified within the time limit, the outcome is <see cref="ProposeStatus.Unknown"/>: it has taken effect, and may be lost if a member lies.
/// </param>
public readonly record struct ProposeOptions(
    TimeSpan Timeout = default,
    RequestId Request = default,
    ulong AcknowledgedBelow = 0,
    bool Prove = false,
    ReadOnlyMemory<byte> Signature = default,
    CommitLevel WaitFor = CommitLevel.Committed);
