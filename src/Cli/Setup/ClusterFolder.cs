using System.Text.Json;

namespace Consensus.Cli.Setup;

/// <summary>The files of a cluster's nodes in one folder: what they are called, and how they are written.</summary>
/// <remarks>Nothing that exists is overwritten unless it says so. Private keys are readable by their owner only from the moment they exist.</remarks>
internal sealed class ClusterFolder
{
    private const string AuthorityCertificate = "authority.crt";
    private const string AuthorityKey = "authority.key";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;

    public ClusterFolder(string path) => _path = Path.GetFullPath(path);

    /// <summary>The certificate of the cluster's own authority, which all nodes have.</summary>
    public string AuthorityCertificateFile => Path.Combine(_path, AuthorityCertificate);

    /// <summary>The private key of the cluster's own authority, which no node needs.</summary>
    public string AuthorityKeyFile => Path.Combine(_path, AuthorityKey);

    /// <summary>The key of a hybrid's operator, which no node needs.</summary>
    public string OperatorKeyFile => Path.Combine(_path, "operator.key");

    /// <summary>A node's configuration file.</summary>
    public string ConfigurationFile(uint node) => Path.Combine(_path, $"node-{node}.json");

    /// <summary>A node's data folder.</summary>
    public string DataDirectory(uint node) => Path.Combine(_path, $"node-{node}");

    /// <summary>A node's certificate.</summary>
    public string CertificateFile(uint node) => Path.Combine(_path, $"node-{node}.crt");

    /// <summary>The private key of a node's certificate.</summary>
    public string KeyFile(uint node) => Path.Combine(_path, $"node-{node}.key");

    /// <summary>The key with which a node signs in the protocol.</summary>
    public string SigningKeyFile(uint node) => Path.Combine(_path, SigningKeyOf(node));

    /// <summary>How a node's configuration names its signing key.</summary>
    public static string SigningKeyOf(uint node) => $"node-{node}.signing.key";

    /// <summary>How a node's configuration names its certificate.</summary>
    public static NodeTls TlsOf(uint node) => new($"node-{node}.crt", $"node-{node}.key", AuthorityCertificate);

    /// <summary>Refuses if any of the files exists: half of one cluster and half of another would be worse than none.</summary>
    /// <exception cref="UsageException">Something is there.</exception>
    public static void RequireNothingThere(IEnumerable<string> paths)
    {
        var existing = paths.Where(Path.Exists).ToArray();
        if (existing.Length > 0)
        {
            throw new UsageException(
                $"Nothing was written, because this is there already: {string.Join(", ", existing)}. Choose another --directory, or remove it if no cluster needs it.");
        }
    }

    /// <summary>Reads the configurations of the nodes that are in the folder.</summary>
    /// <exception cref="UsageException">There is none, or one cannot be read.</exception>
    public IReadOnlyList<NodeSection> ReadConfigurations()
    {
        string[] files = Directory.Exists(_path) ? [.. Directory.EnumerateFiles(_path, "node-*.json").Order(StringComparer.Ordinal)] : [];
        return files.Length > 0
            ? [.. files.Select(Read)]
            : throw new UsageException($"There is no node-*.json in {_path}; allowed: the folder in which init has set the cluster up.");
    }

    /// <summary>Reads a node's configuration.</summary>
    /// <exception cref="UsageException">There is none, or it cannot be read.</exception>
    public NodeSection ReadConfiguration(uint node)
    {
        var file = ConfigurationFile(node);
        return File.Exists(file) ? Read(file) : throw new UsageException($"There is no {file}; allowed: a node that init or join has set up in this folder.");
    }

    /// <summary>Writes a node's configuration.</summary>
    public void Write(NodeSection section)
    {
        using var stream = new FileStream(ConfigurationFile(section.Node), FileMode.CreateNew);
        JsonSerializer.Serialize(stream, new NodeFile(section), NodeFileJson.Default.NodeFile);
        stream.Write("\n"u8);
    }

    /// <summary>Puts a file in its place in one step; what was there before is replaced.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="text">What it is to hold.</param>
    /// <param name="isSecret">Whether only its owner may read it.</param>
    public static void Replace(string file, string text, bool isSecret)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (isSecret && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        var next = $"{file}.new";
        File.Delete(next);
        using (var writer = new StreamWriter(next, options))
        {
            writer.Write(text);
            if (!text.EndsWith('\n'))
            {
                writer.Write('\n');
            }
        }

        File.Move(next, file, overwrite: true);
    }

    private static NodeSection Read(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            var section = JsonSerializer.Deserialize(stream, NodeFileJson.Default.NodeFile)?.Consensus;
            return section is not null && Guid.TryParse(section.ClusterId, out _)
                ? section
                : throw new UsageException($"{file} has no section \"Consensus\" with a ClusterId; allowed: a file as init writes it.");
        }
        catch (JsonException exception)
        {
            throw new UsageException($"{file} is no configuration of a node as init writes it: {exception.Message}");
        }
    }
}
