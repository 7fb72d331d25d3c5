namespace Consensus.Cli.Setup;

/// <summary>Whose certificate is to be issued.</summary>
internal sealed record CertificateOptions
{
    /// <summary>The folder with the files of the cluster's nodes, and its authority.</summary>
    public required string Directory { get; init; }

    /// <summary>The node.</summary>
    public required uint Node { get; init; }

    /// <summary>Further names and addresses under which clients reach its HTTP API.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>How long the certificate is valid.</summary>
    public required TimeSpan Validity { get; init; }
}
