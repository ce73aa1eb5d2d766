import { ButtonForm } from '../ui/form';
import type { FormAction } from '../ui/use-action';

export type Theme = 'system' | 'light' | 'dark';

const choices: [Theme, string][] = [
  ['system', 'System'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];

type ThemeChoiceProps = { theme: Theme; choose: FormAction };

/** Light, dark or whatever the system says. Three plain buttons, so that it works without a script. */
export const ThemeChoice = ({ theme, choose }: ThemeChoiceProps) => (
  <ButtonForm action={choose} apart>
    <fieldset className="inline-flex items-center gap-0.5 rounded-full border border-line p-0.5">
      <legend className="sr-only">Appearance</legend>
      {choices.map(([value, label]) => (
        <button
          key={value}
          type="submit"
          name="theme"
          value={value}
          aria-pressed={theme === value}
          className="min-h-6 rounded-full px-2.5 text-xs font-medium text-muted hover:text-ink aria-pressed:bg-inset aria-pressed:text-ink"
        >
          {label}
        </button>
      ))}
    </fieldset>
  </ButtonForm>
);
