namespace Consensus.Replication.Workflow;

/// <summary>How a custom operation ended.</summary>
public readonly record struct OperationOutcome
{
    private OperationOutcome(string? rejection, ReadOnlyMemory<byte> result)
    {
        Rejection = rejection;
        Result = result;
    }

    /// <summary>Why it rejected the command; null if it did not.</summary>
    public string? Rejection { get; }

    /// <summary>What it answers to the caller, if it accepted.</summary>
    public ReadOnlyMemory<byte> Result { get; }

    /// <summary>The command takes effect.</summary>
    /// <param name="result">The answer to the caller; up to <see cref="WorkflowLimits.ResultBytesMax"/>.</param>
    public static OperationOutcome Accept(ReadOnlyMemory<byte> result = default) => new(null, result);

    /// <summary>The command has no effect.</summary>
    /// <param name="detail">A sentence for people. It is replicated; what follows its 512th character is cut off.</param>
    public static OperationOutcome Reject(string detail)
    {
        ArgumentNullException.ThrowIfNull(detail);
        return new(detail, default);
    }
}
