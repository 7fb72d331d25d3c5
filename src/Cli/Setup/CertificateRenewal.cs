using Consensus.Cryptography;
using Consensus.Hosting;

namespace Consensus.Cli.Setup;

/// <summary>Issues a node's certificate anew, because the old one expires, or its key became known.</summary>
internal static class CertificateRenewal
{
    /// <summary>Issues a certificate in the place of the one that is there.</summary>
    /// <exception cref="UsageException">There is no cluster in the folder, or not its authority.</exception>
    public static CertificateResult Run(CertificateOptions options)
    {
        var folder = new ClusterFolder(options.Directory);
        var section = folder.ReadConfiguration(options.Node);
        using var certificates = CertificateOffice.Open(folder, new ClusterId(Guid.Parse(section.ClusterId)));
        var expiry = certificates.Issue(options.Node, [CertificateOffice.HostOf(section.Http.Listen), .. options.Hosts], options.Validity, SigningKeyOf(section, folder));
        return new CertificateResult(options.Node, folder.CertificateFile(options.Node), folder.KeyFile(options.Node), expiry);
    }

    /// <summary>The public key that the node's own file lists for it, or, if it has joined and is in no list, the one of its signing key: the new certificate names it, as the old one did.</summary>
    private static PublicKey SigningKeyOf(NodeSection section, ClusterFolder folder)
    {
        var listed = section.Members.FirstOrDefault(member => member.Id == section.Node);
        var text = listed is null && section.SigningKeyFile is { Length: > 0 } file
            ? SigningKeys.Show(Path.Combine(Path.GetDirectoryName(folder.ConfigurationFile(section.Node))!, file)).PublicKey
            : listed?.PublicKey;
        return string.IsNullOrEmpty(text) ? default
            : MemberKeys.TryParse(text, out var key) ? key
            : throw new UsageException($"{folder.ConfigurationFile(section.Node)} has a PublicKey for node {section.Node} that is none; allowed: 64 hexadecimal digits, as consensus keys show prints them.");
    }
}
