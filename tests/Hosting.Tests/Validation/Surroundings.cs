using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Consensus.Cryptography;
using Consensus.Storage;
using Consensus.Storage.Files;
using Consensus.Storage.Log;
using Consensus.Transport;
using PublicKey = Consensus.Cryptography.PublicKey;

namespace Consensus.Hosting.Tests.Validation;

/// <summary>What a configuration refers to: certificates, tokens, data folders and ports, good ones and bad ones.</summary>
internal sealed class Surroundings : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int SegmentBytes = 8 * 1024 * 1024;
    private const int VersionOffset = 8;

    private static readonly ClusterId Cluster = new(Guid.Parse(Settings.Cluster));
    private static readonly ClusterId OtherCluster = new(Guid.Parse("11111111-2222-3333-4444-555555555555"));

    private readonly Dictionary<string, string> _names = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("consensus-broken-").FullName;
    private readonly Socket _other = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public Surroundings()
    {
        _names["folder"] = _folder;
        _names["port"] = $"{FreePorts.Find(1)[0]}";
        _other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _other.Listen();
        _names["taken"] = $"{((IPEndPoint)_other.LocalEndPoint!).Port}";
        WriteSigningKeys();
        WriteCertificates();
        WriteTokens();
        Data = CreateData();
    }

    /// <summary>The disk with the data folders.</summary>
    public IFileSystem Data { get; }

    /// <summary>A configuration with which node 1 starts.</summary>
    public JsonObject Correct() => JsonNode.Parse(Fill(
        $$"""
        {
          "ClusterId": "{{Settings.Cluster}}",
          "Node": 1,
          "Members": [
            { "Id": 1, "Address": "127.0.0.1:{port}" },
            { "Id": 2, "Address": "node2.example:7000" },
            { "Id": 3, "Address": "[2001:db8::3]:7000" }
          ],
          "DataDirectory": "data/new",
          "Raft": { "UncommittedBytesMax": 1048576, "InflightBytesMax": 1048576 },
          "Storage": { "SegmentBytes": {{SegmentBytes}} },
          "Transport": {
            "Tls": { "CertificateFile": "{folder}/node-1.crt", "KeyFile": "{folder}/node-1.key", "AuthorityFile": "{folder}/authority.crt" }
          },
          "Http": { "CertificateFile": "{folder}/node-1.crt", "KeyFile": "{folder}/node-1.key", "TokensFile": "{folder}/tokens" }
        }
        """))!.AsObject();

    /// <summary>A configuration with which node 1 of four starts, whose algorithm tolerates Byzantine faults.</summary>
    public JsonObject CorrectAndSigned() => JsonPatch.Apply(Correct(), JsonNode.Parse(Fill(
        """
        {
          "Algorithm": "pbft",
          "Members": [
            { "Id": 1, "Address": "127.0.0.1:{port}", "PublicKey": "{key1}" },
            { "Id": 2, "Address": "node2.example:7000", "PublicKey": "{key2}" },
            { "Id": 3, "Address": "[2001:db8::3]:7000", "PublicKey": "{key3}" },
            { "Id": 4, "Address": "node4.example:7000", "PublicKey": "{key4}" }
          ],
          "SigningKeyFile": "{folder}/node-1.signing.key",
          "Transport": { "Tls": { "CertificateFile": "{folder}/signing.crt", "KeyFile": "{folder}/signing.key" } }
        }
        """)))!.AsObject();

    /// <summary>Puts what is here in the place of names in braces.</summary>
    public string Fill(string text) => _names.Aggregate(text, (filled, name) => filled.Replace($"{{{name.Key}}}", name.Value, StringComparison.Ordinal));

    public void Dispose()
    {
        _other.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static MemoryFileSystem CreateFolder(MemoryFileSystem files, string folder, ClusterId cluster, uint node)
    {
        var options = new ReplicaStorageOptions { Log = new WriteAheadLogOptions { SegmentBytes = SegmentBytes } };
        ReplicaStorage.Create(files, folder, new ReplicaIdentity(cluster, new NodeId(node)), ClusterMembership.Empty, options);
        return files;
    }

    private static ReadOnlyFolder CreateData()
    {
        var files = new MemoryFileSystem();
        CreateFolder(files, "data/other-cluster", OtherCluster, 1);
        CreateFolder(files, "data/other-node", Cluster, 2);
        CreateFolder(files, "data/newer", Cluster, 1);
        using (var identity = files.Open("data/newer/identity"))
        {
            // What follows the version is that version's own affair, and so different; the version alone would be damage.
            identity.Write(VersionOffset, [2, 0, 0, 0, 255, 255, 255, 255]);
        }

        CreateFolder(files, "data/in-use", Cluster, 1).Lock("data/in-use/lock");
        return new ReadOnlyFolder(files, "data/read-only");
    }

    private void WriteSigningKeys()
    {
        var ed25519 = Ed25519.Load();
        for (var node = 1; node <= 4; node++)
        {
            using var key = SigningKeyFile.Generate(ed25519);
            SigningKeyFile.Write(Path.Combine(_folder, $"node-{node}.signing.key"), key);
            _names[$"key{node}"] = $"{key.PublicKey}";
        }

        using var operators = SigningKeyFile.Generate(ed25519);
        _names["operator"] = $"{operators.PublicKey}";
        Write("open.signing.key", File.ReadAllText(Path.Combine(_folder, "node-1.signing.key")), OwnerOnly | UnixFileMode.GroupRead);
    }

    private void WriteCertificates()
    {
        var now = DateTimeOffset.UtcNow;
        using var authority = ClusterAuthority.Create(Cluster, now.AddYears(-1));
        using var stranger = ClusterAuthority.Create(Cluster, now);
        using var otherCluster = ClusterAuthority.Create(OtherCluster, now);
        Write("authority.crt", authority.CertificatePem);
        Issue(authority, "node-1", 1, now);
        Issue(authority, "node-2", 2, now);
        Issue(authority, "signing", 1, now, PublicKey.Parse(_names["key1"]));
        Issue(authority, "signing-other", 1, now, PublicKey.Parse(_names["key2"]));
        Issue(stranger, "stranger", 1, now);
        Issue(otherCluster, "other-cluster", 1, now);
        var expired = Issue(authority, "expired", 1, now.AddDays(-100));
        _names["from"] = $"{expired.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm:ss}Z";
        _names["until"] = $"{expired.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm:ss}Z";
        Write("open.key", File.ReadAllText(Path.Combine(_folder, "node-1.key")), OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        Write("nonsense.key", "no key");
    }

    private void WriteTokens()
    {
        const string First = "0123456789abcdef";
        const string Second = "fedcba9876543210";
        Write("tokens", $"read {First}\nwrite {Second}\n");
        Write("tokens-twice", $"read {First}\nwrite {First}\n");
        Write("tokens-admin", $"read {First}\nadmin {Second}\n");
        Write("tokens-short", "# of no use\nread 0123\n");
        Write("tokens-open", $"read {First}\n", OwnerOnly | UnixFileMode.OtherRead);
    }

    private X509Certificate2 Issue(ClusterAuthority authority, string name, uint node, DateTimeOffset from, PublicKey signingKey = default)
    {
        var (certificate, key) = authority.Issue(new NodeId(node), ["localhost"], from, TimeSpan.FromDays(30), signingKey);
        Write($"{name}.crt", certificate);
        Write($"{name}.key", key);
        return X509Certificate2.CreateFromPem(certificate);
    }

    private void Write(string name, string text, UnixFileMode mode = OwnerOnly)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}
