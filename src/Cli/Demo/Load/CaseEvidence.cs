using Consensus.Cli.Cluster;
using Consensus.Cli.Demo.Audit;
using Consensus.Replication.Workflow;

namespace Consensus.Cli.Demo.Load;

/// <summary>Reads off a node's cases which operations have taken effect there, and how often.</summary>
internal static class CaseEvidence
{
    private const int PageSize = 500;

    /// <summary>Reads all cases of a node: what that node itself has applied, without asking others.</summary>
    /// <exception cref="CommandFailedException">The node does not answer.</exception>
    public static async Task<NodeEvidence> GatherAsync(LocalNode node, CancellationToken cancellationToken)
    {
        var consensus = node.Consensus ?? throw new CommandFailedException($"Node {node.Id} does not run any more.");
        var store = new WorkflowStore(consensus);
        var evidence = new NodeEvidence(node.Id);
        for (var after = ""; ;)
        {
            var read = await store.ListCasesAsync("", PageSize, after, ReadConsistency.Stale, cancellationToken).ConfigureAwait(false);
            if (!read.IsAnswered || read.Value is not { } page)
            {
                throw new CommandFailedException($"Node {node.Id} does not list its cases: {read.Refusal}, {read.Rejection}.");
            }

            foreach (var item in page.Items)
            {
                Add(evidence, item);
            }

            if (!page.HasMore)
            {
                return evidence;
            }

            after = page.Items[^1].Id;
        }
    }

    /// <summary>Adds what one case tells.</summary>
    /// <remarks>
    /// A stamp that was applied twice is there twice. A move that was applied twice has set the same property again: it shows in the case's
    /// revision, which is higher than the number of operations that the case knows.
    /// </remarks>
    internal static void Add(NodeEvidence evidence, Case item)
    {
        var known = 0UL;
        OperationId? lastMove = null;
        foreach (var property in item.Properties)
        {
            foreach (var name in property.Value.Text.Split(StampOperation.Separator))
            {
                if (!OperationId.TryParse(name, out var operation))
                {
                    throw new CommandFailedException($"Property {property.Name} of case {item.Id} on node {evidence.Node} holds '{name}', which names no operation.");
                }

                evidence.Add(operation);
                known++;
                lastMove = CaseBlueprint.IsMovedBy(property.Name) || lastMove is null ? operation : lastMove;
            }
        }

        for (; known < item.Revision && lastMove is { } repeated; known++)
        {
            evidence.Add(repeated);
        }
    }
}
