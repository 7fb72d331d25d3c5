using System.Diagnostics.CodeAnalysis;
using Consensus.Hosting.Binding;

namespace Consensus.Hosting.Validation;

/// <summary>What the annotations of the settings classes demand of single values: presence and bounds.</summary>
internal static class AnnotationRules
{
    public static void Check(ConsensusOptions options, SettingProblems problems)
    {
        CheckValues(options, options.Path, problems);
        CheckValues(options.Raft, $"{options.Path}:{nameof(options.Raft)}", problems);
        CheckValues(options.Replica, $"{options.Path}:{nameof(options.Replica)}", problems);
        CheckValues(options.Sessions, $"{options.Path}:{nameof(options.Sessions)}", problems);
        CheckValues(options.Snapshots, $"{options.Path}:{nameof(options.Snapshots)}", problems);
        CheckValues(options.Storage, $"{options.Path}:{nameof(options.Storage)}", problems);
        CheckValues(options.Transport, $"{options.Path}:{nameof(options.Transport)}", problems);
        CheckValues(options.Http, $"{options.Path}:{nameof(options.Http)}", problems);
        for (var i = 0; i < options.Members.Count; i++)
        {
            var path = MemberRules.PathOf(options, i);
            if (!problems.Has(path))
            {
                CheckValues(options.Members[i], path, problems);
            }
        }
    }

    private static void CheckValues<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(
        T settings, string path, SettingProblems problems)
        where T : class
    {
        foreach (var setting in Setting.Of<T>())
        {
            var at = $"{path}:{setting.Name}";
            if (setting.IsMissing(settings))
            {
                problems.Add(at, $"{at} is missing; allowed: {setting.Allowed}.");
            }
            else if (!setting.IsWithinBounds(settings))
            {
                problems.Add(at, setting.Get(settings)!, setting.Allowed);
            }
        }
    }
}
