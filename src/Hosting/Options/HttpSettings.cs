using System.ComponentModel.DataAnnotations;
using Consensus.Configuration;

namespace Consensus.Hosting;

/// <summary>The settings of a node's HTTP API.</summary>
public sealed class HttpSettings
{
    /// <summary>Where a stand-alone node serves the API. An application that embeds a node maps it into its own server instead.</summary>
    /// <value>Empty: nowhere; else <c>host:port</c>.</value>
    public string Listen { get; set; } = "";

    /// <summary>The certificate of the API of a stand-alone node, with those between it and its authority. With it, the API is served over HTTPS.</summary>
    /// <value>Empty: HTTP in the clear; else a file. A relative path starts at the working directory.</value>
    public string CertificateFile { get; set; } = "";

    /// <summary>The certificate's private key, not encrypted. Nobody beyond the owner and group of the file may have access to it.</summary>
    /// <value>Empty: HTTP in the clear; else a file. A relative path starts at the working directory.</value>
    public string KeyFile { get; set; } = "";

    /// <summary>The file with the tokens that callers must show. Each line has a role (<c>read</c>, <c>write</c> or <c>operate</c>) and a token of 16 to 512
    /// characters; a role may do what those before it may. Nobody beyond the owner and group of the file may have access to it.</summary>
    /// <value>Empty: callers need no token; else a file. A relative path starts at the working directory.</value>
    public string TokensFile { get; set; } = "";

    /// <summary>The largest body of a request, and so the largest value.</summary>
    /// <value>1 MiB; 1 to 4,194,304 bytes.</value>
    [Range(1, 4 * 1024 * 1024)]
    public int BodyBytesMax { get; set; } = 1024 * 1024;

    /// <summary>How many entries one page of a scan has at most.</summary>
    /// <value>1,000; 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int ScanEntriesMax { get; set; } = 1000;

    /// <summary>What a client is told to wait before it asks again (<c>Retry-After</c>), when the group has no leader or is overloaded.</summary>
    /// <value>1 s; 1 s to 10 min, in whole seconds.</value>
    [DurationRange("1s", "10m")]
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether the API is served over HTTPS.</summary>
    internal bool IsSecure => CertificateFile.Length > 0 || KeyFile.Length > 0;
}
