import { SubmitButton } from '../ui/form';

/** Allowing and refusing side by side, equally easy; the form sends `decision`. */
export const AllowOrRefuse = () => (
  <div className="grid grid-cols-2 gap-3">
    <SubmitButton name="decision" value="deny" size="large" className="w-full">
      Refuse
    </SubmitButton>
    <SubmitButton name="decision" value="allow" variant="primary" size="large" className="w-full">
      Allow
    </SubmitButton>
  </div>
);
