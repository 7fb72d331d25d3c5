namespace Consensus.Transport;

/// <summary>Why a node's certificate, its key or its authorities cannot be used.</summary>
/// <param name="Setting">The property of <see cref="PemFiles"/> that names the file.</param>
/// <param name="File">The file.</param>
/// <param name="Reason">What is wrong with it, and what is allowed.</param>
public sealed record PemProblem(string Setting, string File, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Setting} is \"{File}\", {Reason}";
}
