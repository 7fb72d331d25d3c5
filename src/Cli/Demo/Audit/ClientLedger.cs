namespace Consensus.Cli.Demo.Audit;

/// <summary>
/// What one client asked for, and what it was told: kept by the client itself, without any help of the library that is being judged. One
/// byte for each operation. Used by one thread at a time.
/// </summary>
internal sealed class ClientLedger(int client)
{
    private readonly List<OperationOutcome> _outcomes = [];

    /// <summary>The client: 0 for the first.</summary>
    public int Client { get; } = client;

    /// <summary>How many operations were begun.</summary>
    public int Count => _outcomes.Count;

    /// <summary>What the client was told about an operation.</summary>
    public OperationOutcome this[int number] => _outcomes[number];

    /// <summary>Writes down that an operation is about to be sent, before it is sent.</summary>
    public OperationId Begin()
    {
        _outcomes.Add(OperationOutcome.Unknown);
        return new OperationId(Client, _outcomes.Count - 1);
    }

    /// <summary>Writes down what the client was told.</summary>
    public void End(OperationId operation, OperationOutcome outcome)
    {
        if (operation.Client != Client)
        {
            throw new ArgumentException($"Operation {operation} belongs to another client than {Client}.", nameof(operation));
        }

        _outcomes[operation.Number] = outcome;
    }

    /// <summary>How many operations ended so.</summary>
    public int CountOf(OperationOutcome outcome) => _outcomes.Count(item => item == outcome);
}
