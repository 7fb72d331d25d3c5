using Consensus.Configuration;
using Consensus.Transport;

namespace Consensus.Hosting.Validation;

/// <summary>What makes the certificate of the HTTP API usable: the files are there, closed to others, belong together, and are valid.</summary>
internal static class ApiCertificateRules
{
    public static void Check(ConsensusOptions options, SettingProblems problems)
    {
        var http = options.Http;
        if (!http.IsSecure)
        {
            return;
        }

        var path = $"{options.Path}:{nameof(options.Http)}";
        if (!(Require(http.CertificateFile, nameof(http.CertificateFile)) & Require(http.KeyFile, nameof(http.KeyFile))))
        {
            return;
        }

        foreach (var problem in PemReader.ReadServer(http.CertificateFile, http.KeyFile, TimeProvider.System.GetUtcNow()).Problems)
        {
            problems.Add($"{path}:{problem.Setting}", $"{path}:{problem}");
        }

        bool Require(string file, string name)
        {
            if (file.Length == 0)
            {
                problems.Add($"{path}:{name}", $"{path}:{name} is missing; allowed: a file, for HTTPS needs both CertificateFile and KeyFile, or none for HTTP in the clear.");
            }

            return file.Length > 0;
        }
    }
}
