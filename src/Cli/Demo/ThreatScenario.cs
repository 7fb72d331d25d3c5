using Consensus.Hybrid;
using Consensus.Simulation;

namespace Consensus.Cli.Demo;

/// <summary>What is shown of a hybrid besides kills: one node lies, the group goes to an engine that survives it, and back when it is quiet and an operator says so.</summary>
/// <param name="board">Where it is told.</param>
/// <param name="plan">When it happens.</param>
/// <param name="liar">Who lies.</param>
/// <param name="lies">What he does.</param>
internal sealed class ThreatScenario(DemoBoard board, ThreatPlan plan, NodeId liar, HybridLies lies)
{
    private static readonly TimeSpan ReturnTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan OrdersAgain = TimeSpan.FromMilliseconds(250);

    /// <summary>Plays it. When it returns, the group runs Raft again.</summary>
    /// <exception cref="CommandFailedException">The group does not go back.</exception>
    /// <param name="start">When the load began.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task RunAsync(TimeSpan start, CancellationToken cancellationToken)
    {
        await UntilAsync(start + plan.SignsBadly, cancellationToken).ConfigureAwait(false);
        board.Tell(DemoEventKind.Fault, $"n{liar} begins to send what nobody has signed");
        lies.SignsBadly = true;

        await UntilAsync(start + plan.SaysTwoThings, cancellationToken).ConfigureAwait(false);
        board.Tell(DemoEventKind.Fault, $"n{liar} signs two statements that contradict each other");
        (lies.SignsBadly, lies.SaysTwoThings) = (false, true);

        await UntilAsync(start + plan.Returns, cancellationToken).ConfigureAwait(false);
        board.Tell(DemoEventKind.Plain, $"n{liar} is honest again");
        lies.SaysTwoThings = false;
        await ReturnAsync(start, cancellationToken).ConfigureAwait(false);
    }

    private async Task ReturnAsync(TimeSpan start, CancellationToken cancellationToken)
    {
        var wasRefused = false;
        while (board.Elapsed < start + plan.Returns + ReturnTimeout)
        {
            var honest = board.Cluster.Nodes.First(node => node.Id != liar && node.Consensus is not null);
            var order = board.Cluster.Identities.Order(honest.Status!, EpochProtocol.Raft);
            var result = await honest.Consensus!.EndEpochAsync(order.ToBytes(), cancellationToken).ConfigureAwait(false);
            if (result.IsDone)
            {
                board.Tell(DemoEventKind.Recovery, "the operator orders the return to raft: approved by the nodes");
                return;
            }

            if (!wasRefused)
            {
                board.Tell(DemoEventKind.Plain, $"the operator orders the return to raft: refused ({result.Refusal}). {result.Detail}");
                wasRefused = true;
            }

            await Task.Delay(OrdersAgain, cancellationToken).ConfigureAwait(false);
        }

        throw new CommandFailedException($"The group did not go back to Raft within {ReturnTimeout.TotalSeconds:N0} s.");
    }

    private async Task UntilAsync(TimeSpan at, CancellationToken cancellationToken)
    {
        var wait = at - board.Elapsed;
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
        }
    }
}
