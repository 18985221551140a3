"""旺店通 (Wangdiantong) in two dialects over the same documents: `flagship` (旗舰版) and `enterprise` (企业版)."""
