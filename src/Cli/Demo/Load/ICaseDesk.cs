using Consensus.Cli.Demo.Audit;

namespace Consensus.Cli.Demo.Load;

/// <summary>What a client of the demo can do through one node. Every operation leaves its name in the case.</summary>
internal interface ICaseDesk
{
    /// <summary>Opens a session.</summary>
    ValueTask<SessionResult> OpenSessionAsync(CancellationToken cancellationToken);

    /// <summary>Creates a case, in its first state.</summary>
    ValueTask<DeskAnswer> CreateAsync(string caseId, OperationId operation, ProposeOptions options, CancellationToken cancellationToken);

    /// <summary>Moves or stamps a case.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="step">What is done: see <see cref="CaseBlueprint"/>.</param>
    /// <param name="operation">The operation's name.</param>
    /// <param name="options">The request's identity.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    ValueTask<DeskAnswer> AdvanceAsync(string caseId, int step, OperationId operation, ProposeOptions options, CancellationToken cancellationToken);
}
