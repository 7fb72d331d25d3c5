using Consensus.Configuration;

namespace Consensus.Hosting.Validation;

/// <summary>What settings demand of one another. Each component knows its own rules; those across components are here.</summary>
internal static class CombinationRules
{
    /// <summary>What surrounds the payload of a message: the engine's fields and the framing of up to thousands of small entries.</summary>
    private const int FrameOverhead = 64 * 1024;

    /// <summary>How a replica's options name the settings of snapshots, which are a section of their own.</summary>
    private const string OfSnapshots = $"{nameof(ConsensusOptions.Snapshots)}.";

    public static void Check(ConsensusOptions options, EngineDemands demands, bool areKeysNeeded, SettingProblems problems)
    {
        AddAll(options.Raft.ToOptions().Validate(), $"{options.Path}:{nameof(options.Raft)}", problems);
        AddAll(options.HotStuff.ToOptions().Validate(), $"{options.Path}:{nameof(options.HotStuff)}", problems);
        AddAll(options.Pbft.ToOptions().Validate(), $"{options.Path}:{nameof(options.Pbft)}", problems);
        AddAll(options.Hybrid.Threat.ToOptions().Validate(), $"{options.Path}:{nameof(options.Hybrid)}:{nameof(options.Hybrid.Threat)}", problems);
        AddAll(options.Hybrid.Escalation.ToOptions().Validate(), $"{options.Path}:{nameof(options.Hybrid)}:{nameof(options.Hybrid.Escalation)}", problems);
        var replica = options.Replica.ToOptions(options.Snapshots).Validate().ToLookup(static sentence => sentence.StartsWith(OfSnapshots, StringComparison.Ordinal));
        AddAll(replica[false], $"{options.Path}:{nameof(options.Replica)}", problems);
        AddAll(replica[true].Select(static sentence => sentence[OfSnapshots.Length..]), $"{options.Path}:{nameof(options.Snapshots)}", problems);
        CheckDataDirectory(options, problems);
        StorageRules.Check(options, demands, problems);
        CheckTransport(options, demands, problems);
        TlsRules.Check(options, areKeysNeeded, problems);
        ApiCertificateRules.Check(options, problems);
        CheckHttp(options, problems);
    }

    /// <summary>Takes over sentences that begin with the name of a setting.</summary>
    private static void AddAll(IEnumerable<string> sentences, string path, SettingProblems problems)
    {
        foreach (var sentence in sentences)
        {
            problems.Add($"{path}:{sentence[..sentence.IndexOf(' ', StringComparison.Ordinal)]}", $"{path}:{sentence}");
        }
    }

    private static void CheckDataDirectory(ConsensusOptions options, SettingProblems problems)
    {
        if (options.DataDirectory.Contains('\0', StringComparison.Ordinal))
        {
            problems.Add($"{options.Path}:{nameof(options.DataDirectory)}", options.DataDirectory, "the path of a folder, which has no null characters");
        }
    }

    private static void CheckTransport(ConsensusOptions options, EngineDemands demands, SettingProblems problems)
    {
        var path = $"{options.Path}:{nameof(options.Transport)}";
        var transport = options.Transport;
        if (transport.Listen.Length > 0 && !HostPort.TryParse(transport.Listen, out _))
        {
            problems.Add($"{path}:{nameof(transport.Listen)}", transport.Listen, HostPort.Allowed);
        }

        // A node that joins may stand among the members already; if it does not, nothing else says where it is to be reached.
        if (transport.Listen.Length == 0 && options.Initialize == InitializeMode.Join && options.Members.All(member => member.Id != options.Node))
        {
            problems.Add(
                $"{path}:{nameof(transport.Listen)}",
                $"{path}:{nameof(transport.Listen)} is missing, and node {options.Node} is not among {options.Path}:{nameof(options.Members)}, whose address would stand in; allowed: {HostPort.Allowed}.");
        }

        if (transport.BackOffMin > transport.BackOffMax)
        {
            problems.Add(
                $"{path}:{nameof(transport.BackOffMin)}",
                transport.BackOffMin,
                $"at most {nameof(transport.BackOffMax)} ({DurationText.Format(transport.BackOffMax)})");
        }

        if (transport.QueuedBytesMax < 2L * transport.FrameLengthMax)
        {
            problems.Add(
                $"{path}:{nameof(transport.QueuedBytesMax)}",
                transport.QueuedBytesMax,
                $"at least twice {nameof(transport.FrameLengthMax)} ({transport.FrameLengthMax}), so that one long frame does not stop the others");
        }

        var needed = demands.MessageBytes + FrameOverhead;
        if (transport.FrameLengthMax < needed)
        {
            problems.Add(
                $"{path}:{nameof(transport.FrameLengthMax)}",
                transport.FrameLengthMax,
                $"at least {needed}, which is {FrameOverhead} more than the largest of {demands.MessageSettings}");
        }
    }

    private static void CheckHttp(ConsensusOptions options, SettingProblems problems)
    {
        var path = $"{options.Path}:{nameof(options.Http)}";
        var http = options.Http;
        if (http.Listen.Length > 0 && !HostPort.TryParse(http.Listen, out _))
        {
            problems.Add($"{path}:{nameof(http.Listen)}", http.Listen, HostPort.Allowed);
        }

        if (http.TokensFile.Length > 0)
        {
            foreach (var problem in TokenFile.Read(http.TokensFile).Problems)
            {
                problems.Add($"{path}:{nameof(http.TokensFile)}", $"{path}:{nameof(http.TokensFile)} is \"{http.TokensFile}\", {problem}");
            }
        }

        if (http.BodyBytesMax > options.Replica.CommandBytesMax)
        {
            problems.Add(
                $"{path}:{nameof(http.BodyBytesMax)}",
                http.BodyBytesMax,
                $"at most Replica:CommandBytesMax ({options.Replica.CommandBytesMax}), for a body becomes a command");
        }

        if (http.RetryAfter.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            problems.Add($"{path}:{nameof(http.RetryAfter)}", http.RetryAfter, "whole seconds, as HTTP has no smaller ones");
        }
    }
}
