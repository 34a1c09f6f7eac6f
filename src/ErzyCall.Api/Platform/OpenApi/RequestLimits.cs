using ErzyCall.Api.Platform.Validation;
using FluentValidation;
using FluentValidation.Validators;

namespace ErzyCall.Api.Platform.OpenApi;

/// <summary>The limits that a request's validator enforces, read from its rules.</summary>
internal sealed class RequestLimits(IServiceProvider services)
{
    /// <summary>The limits of one field of a request, one for each rule that has some.</summary>
    public IEnumerable<FieldLimits> Of(Type request, string field) => Of(request, rule => rule.PropertyName == field);

    /// <summary>The limits of a request as a whole.</summary>
    public IEnumerable<FieldLimits> Of(Type request) => Of(request, static rule => string.IsNullOrEmpty(rule.PropertyName));

    private IEnumerable<FieldLimits> Of(Type request, Func<IValidationRule, bool> isMeant)
    {
        var validator = (IValidator?)services.GetService(typeof(IValidator<>).MakeGenericType(request));
        return (validator?.CreateDescriptor().Rules ?? [])
            .Where(isMeant)
            .SelectMany(rule => rule.Components
                .Select(component => LimitsOf(
                    component.Validator,
                    isConditional: rule.HasCondition || rule.HasAsyncCondition || component.HasCondition || component.HasAsyncCondition))
                .OfType<FieldLimits>());
    }

    private static FieldLimits? LimitsOf(IPropertyValidator validator, bool isConditional) => validator switch
    {
        IHasLimits rule => isConditional ? rule.Limits with { RefusesNull = false } : rule.Limits,
        INotNullValidator or INotEmptyValidator => isConditional ? null : FieldLimits.NotNull,
        IBetweenValidator between => new FieldLimits
        {
            Minimum = Convert.ToDecimal(between.From, null),
            Maximum = Convert.ToDecimal(between.To, null),
        },
        _ => null,
    };
}
