namespace Consensus.Cli.Demo.Audit;

/// <summary>
/// The demo's oracle: holds what the clients were told against what the nodes hold. It trusts neither the library's results about itself
/// nor its session table: it only counts names in the state.
/// </summary>
/// <remarks>
/// Each operation is counted once, on however many nodes it is wrong: the figures count broken promises.
/// </remarks>
internal static class Auditor
{
    /// <summary>How many findings are told in words.</summary>
    public const int ExamplesMax = 10;

    /// <summary>Compares ledgers and evidence.</summary>
    public static AuditResult Compare(IReadOnlyList<ClientLedger> ledgers, IReadOnlyList<NodeEvidence> nodes)
    {
        var lost = new HashSet<OperationId>();
        var duplicated = new HashSet<OperationId>();
        var phantom = new HashSet<OperationId>();
        var examples = new List<string>();
        var byClient = ledgers.ToDictionary(ledger => ledger.Client);

        foreach (var node in nodes)
        {
            foreach (var ledger in ledgers)
            {
                for (var number = 0; number < ledger.Count; number++)
                {
                    var operation = new OperationId(ledger.Client, number);
                    if (ledger[number] == OperationOutcome.Acknowledged && node.CountOf(operation) == 0)
                    {
                        Find(lost, operation, $"operation {operation} was acknowledged and is missing on node {node.Node}");
                    }
                }
            }

            foreach (var (operation, count) in node.Marks)
            {
                if (count > 1)
                {
                    Find(duplicated, operation, $"operation {operation} took effect {count} times on node {node.Node}");
                }

                if (!byClient.TryGetValue(operation.Client, out var ledger) || operation.Number >= ledger.Count)
                {
                    Find(phantom, operation, $"operation {operation} took effect on node {node.Node}, and nobody sent it");
                }
                else if (ledger[operation.Number] == OperationOutcome.Refused)
                {
                    Find(phantom, operation, $"operation {operation} was refused, and took effect on node {node.Node}");
                }
            }
        }

        return new AuditResult(
            ledgers.Sum(ledger => ledger.CountOf(OperationOutcome.Acknowledged)),
            ledgers.Sum(ledger => ledger.CountOf(OperationOutcome.Unknown)),
            ledgers.Sum(ledger => ledger.CountOf(OperationOutcome.Refused)),
            lost.Count,
            duplicated.Count,
            phantom.Count,
            examples);

        void Find(HashSet<OperationId> findings, OperationId operation, string sentence)
        {
            if (findings.Add(operation) && examples.Count < ExamplesMax)
            {
                examples.Add(sentence);
            }
        }
    }
}
