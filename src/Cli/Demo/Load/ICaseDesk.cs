using Consensus.Cli.Demo.Audit;

namespace Consensus.Cli.Demo.Load;

/// <summary>What a client of the demo can do through one node. Every operation leaves its name in the case.</summary>
internal interface ICaseDesk
{
    /// <summary>Opens a session.</summary>
    ValueTask<SessionResult> OpenSessionAsync(CancellationToken cancellationToken);

    /// <summary>Creates a case, in its first state.</summary>
    ValueTask<DeskAnswer> CreateAsync(string caseId, OperationId operation, ProposeOptions options, CancellationToken cancellationToken);

    /// <summary>Moves a case to the state that follows in its graph.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="step">Which move it is: 1 leads out of the first state.</param>
    /// <param name="operation">The operation's name.</param>
    /// <param name="options">The request's identity.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    ValueTask<DeskAnswer> AdvanceAsync(string caseId, int step, OperationId operation, ProposeOptions options, CancellationToken cancellationToken);
}
