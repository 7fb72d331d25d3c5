using Consensus.Configuration;
using Consensus.Cryptography;
using Consensus.Transport;

namespace Consensus.Hosting.Validation;

/// <summary>What makes a node's certificate usable: the files are there, closed to others, belong together, and are this node's.</summary>
internal static class TlsRules
{
    public static void Check(ConsensusOptions options, bool areKeysNeeded, SettingProblems problems)
    {
        var settings = options.Transport.Tls;
        if (settings.Files is not { } files)
        {
            return;
        }

        var path = $"{options.Path}:{nameof(options.Transport)}:{nameof(options.Transport.Tls)}";
        var isWhole = Require(files.CertificateFile, nameof(settings.CertificateFile))
            & Require(files.KeyFile, nameof(settings.KeyFile))
            & Require(files.AuthorityFile, nameof(settings.AuthorityFile));
        if (!isWhole)
        {
            return;
        }

        // Who the node is may itself be wrong; that the certificate is another's would be said in vain then.
        var isKnown = options.ClusterId != ClusterId.None && options.Node != NodeId.None;
        foreach (var problem in PemReader.Read(files, isKnown ? new CertificateOwner(options.ClusterId, options.Node, OwnKey(options, areKeysNeeded)) : null, TimeProvider.System.GetUtcNow()).Problems)
        {
            problems.Add($"{path}:{problem.Setting}", $"{path}:{problem}");
        }

        bool Require(string file, string name)
        {
            if (file.Length == 0)
            {
                problems.Add($"{path}:{name}", $"{path}:{name} is missing; allowed: a file, for TLS needs all three of CertificateFile, KeyFile and AuthorityFile, or none for connections in the clear.");
            }

            return file.Length > 0;
        }
    }

    /// <summary>The key that this node's certificate may name. What is wrong with the list of keys is said elsewhere.</summary>
    private static ExpectedKeys OwnKey(ConsensusOptions options, bool areKeysNeeded)
    {
        var key = MemberKeys.Of(options, options.Node);
        return new ExpectedKeys(key.IsNone ? [] : [new MemberKey(options.Node, key)], areKeysNeeded);
    }
}
