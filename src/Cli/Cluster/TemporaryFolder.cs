namespace Consensus.Cli.Cluster;

/// <summary>A folder that is deleted with everything in it at the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    /// <summary>Creates a folder with a name of its own.</summary>
    /// <param name="purpose">Begins its name.</param>
    public TemporaryFolder(string purpose) => Path = Directory.CreateTempSubdirectory($"{purpose}-").FullName;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
