using Consensus.Configuration;

namespace Consensus.Hosting.Validation;

/// <summary>What each setting demands of its own value.</summary>
internal static class ValueRules
{
    public static void Check(ConsensusOptions options, SettingProblems problems)
    {
        AnnotationRules.Check(options, options.Path, problems);
        AnnotationRules.Check(options.Selection, $"{options.Path}:{nameof(options.Selection)}", problems);
        AnnotationRules.Check(options.Raft, $"{options.Path}:{nameof(options.Raft)}", problems);
        AnnotationRules.Check(options.HotStuff, $"{options.Path}:{nameof(options.HotStuff)}", problems);
        AnnotationRules.Check(options.Pbft, $"{options.Path}:{nameof(options.Pbft)}", problems);
        AnnotationRules.Check(options.Hybrid, $"{options.Path}:{nameof(options.Hybrid)}", problems);
        AnnotationRules.Check(options.Hybrid.Threat, $"{options.Path}:{nameof(options.Hybrid)}:{nameof(options.Hybrid.Threat)}", problems);
        AnnotationRules.Check(options.Hybrid.Escalation, $"{options.Path}:{nameof(options.Hybrid)}:{nameof(options.Hybrid.Escalation)}", problems);
        AnnotationRules.Check(options.Replica, $"{options.Path}:{nameof(options.Replica)}", problems);
        AnnotationRules.Check(options.Sessions, $"{options.Path}:{nameof(options.Sessions)}", problems);
        AnnotationRules.Check(options.Snapshots, $"{options.Path}:{nameof(options.Snapshots)}", problems);
        AnnotationRules.Check(options.Storage, $"{options.Path}:{nameof(options.Storage)}", problems);
        AnnotationRules.Check(options.Transport, $"{options.Path}:{nameof(options.Transport)}", problems);
        AnnotationRules.Check(options.Http, $"{options.Path}:{nameof(options.Http)}", problems);
        for (var i = 0; i < options.Members.Count; i++)
        {
            var path = MemberRules.PathOf(options, i);
            if (!problems.Has(path))
            {
                AnnotationRules.Check(options.Members[i], path, problems);
            }
        }
    }
}
